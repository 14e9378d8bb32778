"""What voids a certificate, and what does not; each reason is said."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, update

from app.certificates.labels import kept_labels
from app.core.database import write_session
from app.core.models import Image
from app.core.storage import get_storage
from app.projects.image_counters import count_images
from tests.app.certificates.conftest import CATEGORIES, LABELLED, WRONG, Collection, lease
from tests.app.deletion import finish_deletions
from tests.app.labelling_factory import add_image


def put_label(client: TestClient, image: str, category: str, version: int | None = 1) -> None:
    """Label an image, or correct its label."""
    headers = {} if version is None else {"If-Match": f'"{version}"'}
    answer = client.put(f"/api/v1/images/{image}/annotation", json={"category_id": category}, headers=headers)
    assert answer.status_code == 200, answer.text


def a_newer_model(_client: TestClient, collection: Collection) -> None:
    collection.train(WRONG, number=2)


def images_that_came_and_went(_client: TestClient, collection: Collection) -> None:
    add_image(collection.project_id)
    with write_session() as session:
        session.execute(delete(Image).where(Image.id == list(collection.truth)[-5]))
        count_images(session, collection.project_id, "pool", -1)
        session.execute(update(Image).where(Image.id == list(collection.truth)[-6]).values(excluded="broken"))


def a_new_category(client: TestClient, collection: Collection) -> None:
    assert client.post(f"{collection.url}/categories", json={"name": "new"}).status_code == 201


def a_merged_category(client: TestClient, collection: Collection) -> None:
    into = {"into": collection.category(1)}
    answer = client.post(f"/api/v1/categories/{collection.category(2)}/merge", json=into)
    assert answer.status_code < 300, answer.text


def a_corrected_label(client: TestClient, collection: Collection) -> None:
    image = next(iter(collection.truth))
    put_label(client, image, collection.category((collection.truth[image] + 1) % CATEGORIES))


def lost_files(_client: TestClient, collection: Collection) -> None:
    for key in list(get_storage().below(f"certificates/{collection.project_id}")):
        get_storage().delete(key)


VOIDING: list[tuple[Callable[[TestClient, Collection], None], str]] = [
    (a_newer_model, "A newer model has labelled the images since: round 2, step 1."),
    (images_that_came_and_went, "1 image came since. 2 images went since."),
    (a_new_category, "The categories are others now."),
    (a_merged_category, "The categories are others now."),
    (a_corrected_label, "1 label has changed since."),
]


@pytest.mark.parametrize(("change", "reason"), VOIDING)
def test_a_certificate_is_void_with_its_reason(
    olga: TestClient, collection: Collection, change: Callable[..., None], reason: str
) -> None:
    audit = collection.start(olga)
    collection.audit(olga, audit["id"])
    before = collection.certificates(olga)["current"]
    assert before["void"] is None
    change(olga, collection)
    after: dict[str, Any] = collection.certificates(olga)["current"]
    assert after["void"] == reason
    assert after["said"] == f"Void, it was: {before['said']}. {reason}"
    assert after["statement"] == before["statement"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [*VOIDING[:3], (a_corrected_label, None)],
    ids=lambda each: getattr(each, "__name__", None),
)
def test_an_open_audit_ends_where_its_labels_are_not_what_they_were(
    olga: TestClient, collection: Collection, change: Callable[..., None], reason: str | None
) -> None:
    audit = collection.start(olga)
    collection.audit(olga, audit["id"], most=5)
    change(olga, collection)
    handed = lease(olga, audit["id"])
    now = olga.get(f"/api/v1/audits/{audit['id']}").json()
    if reason is None:
        assert handed is not None, "a seen label that is corrected is no part of what is audited"
        assert collection.audit(olga, audit["id"])["state"] == "passed"
    else:
        assert (handed, now["state"], now["reason"]) == (None, "void", reason)
        assert collection.certificates(olga)["current"] is None
        assert collection.start(olga)["attempt"] == 2 if change is a_newer_model else True


def test_what_changes_no_label_voids_nothing(olga: TestClient, collection: Collection) -> None:
    audit = collection.start(olga)
    collection.audit(olga, audit["id"])
    statement = collection.certificates(olga)["current"]["statement"]
    asked = {
        item["image_id"] for item in olga.get(f"/api/v1/audits/{audit['id']}/items?limit=500").json()["items"]
    }
    unseen = next(
        image
        for image in list(collection.truth)[LABELLED:]
        if image not in asked and collection.called[image] == collection.truth[image]
    )
    put_label(olga, unseen, collection.category(collection.truth[unseen]), version=None)
    olga.patch(f"/api/v1/categories/{collection.category(0)}", json={"name": "another word"})
    after = collection.certificates(olga)["current"]
    assert (after["void"], after["statement"]) == (None, statement)
    put_label(olga, unseen, collection.category((collection.truth[unseen] + 1) % CATEGORIES))
    assert collection.certificates(olga)["current"]["void"] == "1 label has changed since."
    put_label(olga, unseen, collection.category(collection.truth[unseen]), version=2)
    assert collection.certificates(olga)["current"]["void"] is None


def test_labels_that_are_withdrawn_end_an_audit_that_would_pass(
    olga: TestClient, collection: Collection
) -> None:
    audit = collection.start(olga)
    collection.audit(olga, audit["id"], most=3)
    image = next(iter(collection.truth))
    assert olga.delete(f"/api/v1/images/{image}/annotation").status_code == 204
    assert lease(olga, audit["id"]) is None
    reason = olga.get(f"/api/v1/audits/{audit['id']}").json()["reason"]
    assert reason == "1 label that nobody had to audit has changed since."


def test_a_certificate_whose_labels_are_lost_is_void(olga: TestClient, collection: Collection) -> None:
    audit = collection.start(olga)
    collection.audit(olga, audit["id"])
    lost_files(olga, collection)
    kept_labels.cache_clear()
    assert "lost from storage" in collection.certificates(olga)["current"]["void"]


def test_a_project_that_is_deleted_takes_its_certificates_along(
    olga: TestClient, collection: Collection
) -> None:
    audit = collection.start(olga)
    collection.audit(olga, audit["id"])
    assert len(list(get_storage().below(f"certificates/{collection.project_id}"))) == 2
    assert olga.delete(collection.url).status_code == 204
    finish_deletions()
    assert list(get_storage().below(f"certificates/{collection.project_id}")) == []
