"""A review while an audit is open: no model learns, and no page shows what an auditor has."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.core.database import read_session, write_session
from app.core.models import Audit, Job, Round
from tests.app.labelling_factory import Labelling
from tests.app.review.conftest import API, confirm, pages, shown
from tests.app.review.fitting import Model, pool_of
from tests.app.review.test_reviews import ask, jobs, learned
from worker.database.reviews import put_off


def test_while_an_audit_is_open_no_fit_starts(
    olga: TestClient, anna: TestClient, made: Labelling, review: str
) -> None:
    columns = {"goal": 0.01, "sure": 0.95, "attempt": 1, "alpha": 0.05, "population": 24, "images": 24}
    with write_session() as session:
        session.add(Audit(project_id=made.project_id, labels_key="none", **columns))
    for page in pages(anna, review, count=4):
        assert confirm(anna, review, page).status_code == 200
    assert jobs(review, "queued") == []
    assert olga.patch(f"{API}/reviews/{review}", json={"mode": "far"}).status_code == 409
    assert ask(olga, review, "finish").json()["state"] == "done"


@pytest.mark.parametrize("begins", ["while it runs", "before it runs"])
def test_a_fit_under_way_is_put_off_while_an_audit_lasts(
    olga: TestClient, anna: TestClient, review: str, model: Model, begins: str
) -> None:
    place, before = f"{API}/projects/{model.made.project_id}", learned(review)
    for page in pages(anna, review, count=2):
        confirm(anna, review, page)
    fit = model.begin(review) if begins == "while it runs" else None
    audit = olga.post(f"{place}/audits", json={"goal": 0.3})
    assert audit.status_code == 201, audit.text
    if fit is not None:
        model.end(*fit)
    else:
        assert put_off(model.claim(review))
    assert (learned(review), jobs(review, "queued")) == (before, [])
    assert pages(anna, review, count=1), "people go on with the pages that there are"

    leased = olga.post(f"{API}/audits/{audit.json()['id']}/leases", json={"count": 1}).json()
    assert leased["waiting_for"] is None, "the audit is not void"
    assert olga.post(f"{API}/audits/{audit.json()['id']}/give-up").status_code == 200
    (page,) = pages(anna, review, count=1)
    confirm(anna, review, page)
    model.fit(review)
    assert learned(review) == [*before, 12]


def test_no_page_shows_what_the_model_calls_an_image_that_an_auditor_has(
    olga: TestClient, anna: TestClient, ben: TestClient, made: Labelling, review: str
) -> None:
    audit = olga.post(f"{API}/projects/{made.project_id}/audits", json={"goal": 0.3}).json()
    place = f"{API}/audits/{audit['id']}"
    item, other = ben.post(f"{place}/leases", json={"count": 2}).json()["items"]
    said = {"category_id": made.categories[0]}
    ben.put(f"{place}/items/{item['item_id']}", json=said)
    found = [page for holder in ("one", "two") for page in pages(anna, review, count=4, holder=holder)]
    on_pages = {image for page in found for image in shown(page)}
    assert len(on_pages) == len(pool_of(made)) - 2
    assert other["image"]["id"] not in on_pages


def test_no_round_learns_while_an_audit_is_open(
    olga: TestClient, made: Labelling, start: Callable[..., str]
) -> None:
    place = f"{API}/projects/{made.project_id}"
    waiting = olga.post(f"{place}/reviews", json={}).json()["id"]
    refused = olga.post(f"{place}/audits", json={"goal": 0.3})
    with read_session() as session:
        first_fit = session.scalars(select(Job.id).where(Job.round_id == waiting)).one()
    assert (refused.status_code, refused.json()["job_id"]) == (409, first_fit)
    olga.post(f"{API}/rounds/{waiting}/cancel")
    audit = olga.post(f"{place}/audits", json={"goal": 0.3}).json()
    body = {"config": {"schedule": [1], "encoder_id": made.encoder_id}}
    assert olga.post(f"{place}/rounds", json=body).status_code == 409
    with write_session() as session:
        row = session.get_one(Round, made.round_id)
        row.state, row.resume_state = "paused", "labelling"
    for what in ("resume", "finish"):
        answer = olga.post(f"{API}/rounds/{made.round_id}/{what}")
        assert (answer.status_code, "audit" in answer.json()["detail"]) == (409, True)
    olga.post(f"{API}/audits/{audit['id']}/give-up")
    assert olga.post(f"{API}/rounds/{made.round_id}/resume").status_code == 200
