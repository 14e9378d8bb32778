"""Starting a review, its fits behind the people, changing its mode, and its end."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.core.database import now, read_session, write_session
from app.core.models import Annotation, Job, Round, Step
from tests.app.labelling_factory import Labelling, add_image
from tests.app.review.conftest import API, confirm, pages, shown, undo, waiting_for
from tests.app.review.fitting import Model, labels_of, pool_of
from worker.database.claims import LostClaimError, claim
from worker.database.reviews import load_fit

Start = Callable[..., str]


def jobs(review: str, *states: str) -> list[int | None]:
    """Return the steps of the review's jobs in these states."""
    with read_session() as session:
        return list(session.scalars(select(Job.step).where(Job.round_id == review, Job.state.in_(states))))


def learned(review: str) -> list[int]:
    """Return of how many labels each fit has learned."""
    with read_session() as session:
        steps = session.scalars(select(Step).where(Step.round_id == review).order_by(Step.index))
        return [step.report["train_labels"] for step in steps]


def ask(client: TestClient, review: str, what: str, **body: Any) -> Any:
    return client.post(f"{API}/reviews/{review}/{what}", json=body or None)


def test_a_review_is_a_round_that_follows_the_newest_model(
    olga: TestClient, anna: TestClient, made: Labelling, review: str
) -> None:
    (newest, followed) = olga.get(f"{API}/projects/{made.project_id}/rounds").json()["items"]
    assert (newest["id"], newest["kind"], newest["number"]) == (review, "review", 2)
    assert (newest["config"], followed["kind"]) == (followed["config"], "loop")
    assert newest["review"]["page_size"] == 4
    project = anna.get(f"{API}/projects/{made.project_id}").json()
    assert (project["active_round_id"], project["active_round_kind"]) == (review, "review")
    found = anna.get(f"{API}/reviews/{review}").json()
    assert (found["state"], found["fits"], found["fitting"]) == ("labelling", 1, False)
    assert (found["seen"], found["left"], found["pages_left"]) == (0, 24, 6)
    assert anna.get(f"{API}/reviews/{made.round_id}").status_code == 404


def test_only_owners_start_one_and_only_one_runs(
    olga: TestClient, anna: TestClient, made: Labelling, review: str
) -> None:
    path = f"{API}/projects/{made.project_id}/reviews"
    assert anna.post(path, json={}).status_code == 403
    assert olga.post(path, json={}).status_code == 409
    assert olga.post(path, json={"mode": "fastest"}).status_code == 422


def test_without_a_model_there_is_nothing_to_review(olga: TestClient, project: Labelling) -> None:
    answer = olga.post(f"{API}/projects/{project.project_id}/reviews", json={})
    assert answer.status_code == 409
    assert "no model" in answer.json()["detail"]


def test_the_model_learns_behind_every_second_page(
    anna: TestClient, made: Labelling, model: Model, review: str
) -> None:
    """What is confirmed while it learns counts for the next fit, which starts by itself."""
    first, second, third, fourth = pages(anna, review, count=4)
    confirm(anna, review, first)
    assert jobs(review, "queued") == []
    confirm(anna, review, second)
    assert jobs(review, "queued") == [1]
    held, work = model.begin(review)
    confirm(anna, review, third)
    confirm(anna, review, fourth)
    assert (jobs(review, "queued"), jobs(review, "running")) == ([], [1])
    assert pages(anna, review)
    model.end(held, work)
    assert jobs(review, "queued") == [2]
    model.fit(review)
    assert learned(review) == [0, 8, 16]
    assert jobs(review, "queued", "running") == []


def test_a_worker_that_dies_in_a_fit_leaves_nothing_behind(
    anna: TestClient, made: Labelling, model: Model, review: str
) -> None:
    """Another worker does the fit, with what was confirmed meanwhile; what the dead one sends is nothing."""
    first, second, third = pages(anna, review, count=3)
    confirm(anna, review, first)
    confirm(anna, review, second)
    held, work = model.begin(review)
    with write_session() as session:
        lapsed = update(Job).where(Job.id == held.fence.job_id)
        session.execute(lapsed.values(lease_until=now() - timedelta(seconds=1)))
    confirm(anna, review, third)
    again = claim(held.fence.job_id)
    assert again is not None
    model.end(again, load_fit(again))
    before = anna.get(f"{API}/reviews/{review}").json()
    with pytest.raises(LostClaimError):
        model.end(held, work)
    assert anna.get(f"{API}/reviews/{review}").json() == before
    assert (before["fits"], learned(review), before["fitting"]) == (2, [0, 12], False)
    assert len(labels_of(made)) == 12


def test_pages_that_nobody_has_are_those_of_the_newest_fit(
    anna: TestClient, ben: TestClient, made: Labelling, model: Model, review: str
) -> None:
    kept, first, second = pages(anna, review, count=3)
    model.calls = dict.fromkeys(pool_of(made), 2)
    for page in (first, second):
        confirm(anna, review, page)
    model.fit(review)
    handed = [page for _ in range(2) for page in pages(ben, review, count=4)]
    assert {page["category_id"] for page in handed} == {made.categories[2]}
    assert pages(anna, review)[0]["id"] == kept["id"]
    assert not {image for page in handed for image in shown(page)} & set(shown(kept))


def test_another_mode_makes_other_pages_also_of_what_was_left_open(
    olga: TestClient, anna: TestClient, model: Model, review: str
) -> None:
    (page,) = pages(anna, review)
    confirm(anna, review, page, default=None)
    assert not {image for each in pages(anna, review, count=4) for image in shown(each)} & set(shown(page))
    ask(anna, review, "pages/release", page_ids=[each["id"] for each in pages(anna, review, count=4)])
    change = {"mode": "least_sure", "page_size": 24}
    assert anna.patch(f"{API}/reviews/{review}", json=change).status_code == 403
    after = olga.patch(f"{API}/reviews/{review}", json=change).json()
    assert (after["config"]["mode"], after["config"]["refit_every"]) == ("least_sure", 2)
    assert waiting_for(anna, review) == "model"
    model.fit(review)
    handed = pages(anna, review, count=4)
    assert sum(len(shown(each)) for each in handed) == 24


def test_images_that_came_later_are_shown_once_the_others_are_seen(
    anna: TestClient, made: Labelling, model: Model, start: Start
) -> None:
    review = start(page_size=24, refit_every=0)
    for page in pages(anna, review, count=4):
        confirm(anna, review, page)
    assert waiting_for(anna, review) == "finished"
    model.fit(review)
    assert waiting_for(anna, review) == "finished"
    later = add_image(made.project_id)
    assert waiting_for(anna, review) == "model"
    model.fit(review)
    assert [shown(page) for page in pages(anna, review)] == [[later]]


def test_the_end_waits_for_the_model_to_learn_from_the_last_page(
    olga: TestClient, anna: TestClient, made: Labelling, model: Model, review: str
) -> None:
    confirmed, out = pages(anna, review, count=2)
    confirm(anna, review, confirmed)
    assert ask(anna, review, "finish").status_code == 403
    assert ask(olga, review, "finish").json()["state"] == "finetuning"
    assert waiting_for(anna, review) == "finished"
    held, work = model.begin(review)
    assert confirm(anna, review, out).status_code == 200
    model.end(held, work)
    assert anna.get(f"{API}/reviews/{review}").json()["state"] == "finetuning"
    model.fit(review)
    assert anna.get(f"{API}/reviews/{review}").json()["state"] == "done"
    assert learned(review) == [0, 4, 8]
    assert ask(olga, review, "finish").status_code == 409


def test_a_page_is_taken_back_after_the_end_and_is_with_nobody_then(
    olga: TestClient, anna: TestClient, made: Labelling, model: Model, review: str
) -> None:
    (page,) = pages(anna, review)
    confirm(anna, review, page)
    ask(olga, review, "finish")
    model.fit(review)
    undone = undo(anna, review, page).json()
    assert (undone["page"], undone["withdrawn"]) == (None, 4)
    assert labels_of(made) == {}


def test_labels_taken_back_are_unlearned_before_the_end(
    olga: TestClient, anna: TestClient, model: Model, review: str
) -> None:
    for page in pages(anna, review, count=2):
        confirm(anna, review, page)
    model.fit(review)
    undo(anna, review, page)
    ask(olga, review, "finish")
    model.fit(review)
    assert learned(review) == [0, 8, 4]


def test_a_paused_review_hands_out_nothing_until_it_is_resumed(
    olga: TestClient, anna: TestClient, review: str
) -> None:
    olga.post(f"{API}/rounds/{review}/pause")
    assert waiting_for(anna, review) == "others"
    assert olga.post(f"{API}/rounds/{review}/resume").json()["state"] == "labelling"
    assert pages(anna, review)


@pytest.mark.parametrize("end", ["cancel", "finish"])
def test_after_a_review_a_round_may_start(
    olga: TestClient, anna: TestClient, made: Labelling, review: str, end: str
) -> None:
    where = "rounds" if end == "cancel" else "reviews"
    assert olga.post(f"{API}/{where}/{review}/{end}").status_code == 200
    assert waiting_for(anna, review) == "finished"
    config = {"schedule": [1], "encoder_id": made.encoder_id}
    path = f"{API}/projects/{made.project_id}/rounds"
    assert olga.post(path, json={"config": config}).status_code == 201


def test_an_image_that_a_later_round_asks_about_is_answered_there(
    olga: TestClient, anna: TestClient, made: Labelling, review: str
) -> None:
    (page,) = pages(anna, review)
    olga.post(f"{API}/reviews/{review}/finish")
    with write_session() as session:
        session.get_one(Round, made.round_id).state = "labelling"
    answer = confirm(anna, review, page).json()
    assert {each["image_id"] for each in answer["kept"]} == set(shown(page)) & set(made.images)
    with read_session() as session:
        assert session.query(Annotation).count() == answer["labels"]
