"""Audits: what is frozen, handed out, answered and certified."""

from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.core.database import now, read_session, write_session
from app.core.models import Annotation, Job, ReviewPage, Round
from ml.certificate.audit import Audit, wrong_allowed
from ml.certificate.counts import category_counts
from ml.certificate.statement import Certificate, certificate
from tests.app.certificates.conftest import CATEGORIES, IMAGES, LABELLED, WRONG, Collection, lease, leases


def test_an_audit_passes_and_its_certificate_is_what_the_rows_prove(
    olga: TestClient, collection: Collection
) -> None:
    audit = collection.start(olga)
    assert (audit["population"], audit["images"], audit["attempt"]) == (IMAGES - LABELLED, IMAGES, 1)
    assert audit["progress"]["answers_left"] is None
    ended = collection.audit(olga, audit["id"])
    assert ended["state"] == "passed"

    found = collection.certificates(olga)
    current = found["current"]
    assert current == found["items"][0]
    assert (current["void"], found["audit"]) == (None, None)
    items = olga.get(f"/api/v1/audits/{audit['id']}/items?limit=500").json()["items"]
    items.sort(key=lambda item: item["position"])
    assert [item["position"] for item in items] == list(range(len(items)))
    wrong = sum(item["category_id"] != item["label_id"] for item in items)
    sample = Audit(audit["population"], audit["alpha"], len(items), wrong)
    statement = Certificate.model_validate(current["statement"])
    recomputed = certificate(sample, LABELLED, 0.95, statement.date, goal=0.05, attempt=1)
    assert statement == recomputed
    assert statement.wrong_at_most <= wrong_allowed(IMAGES, 0.05)
    before = Audit(
        audit["population"],
        audit["alpha"],
        len(items) - 1,
        wrong - (items[-1]["category_id"] != items[-1]["label_id"]),
    )
    assert before.wrong_left > wrong_allowed(IMAGES, 0.05)
    assert current["sentence"] == recomputed.sentence
    assert current["said"] == f"{recomputed.sentence} ({statement.date})"


def test_what_is_handed_out_says_nothing_of_the_models_guess(
    olga: TestClient, anna: TestClient, collection: Collection
) -> None:
    audit = collection.start(olga)
    answer = anna.post(f"/api/v1/audits/{audit['id']}/leases", json={"count": 20})
    items = answer.json()["items"]
    assert set(items[0]) == {"item_id", "image", "expires_at"}
    assert set(items[0]["image"]) == {"id", "width", "height"}
    assert not any(category in answer.text for category in collection.made.categories)
    assert anna.get(f"/api/v1/audits/{audit['id']}/items").status_code == 409
    shown = []
    for item in items:
        said = collection.category(0)
        after = collection.answer(anna, audit["id"], item, category_id=said)
        shown.append(after["progress"]["found_wrong"])
    assert shown[:9] == [0] * 9
    assert len(set(shown[9:19])) == 1


def test_answers_give_labels_of_their_kind_and_are_taken_back(
    olga: TestClient, collection: Collection
) -> None:
    audit = collection.start(olga)
    item = lease(olga, audit["id"])
    assert item is not None
    weak = collection.category((collection.truth[item["image"]["id"]] + 2) % CATEGORIES)
    first, second = collection.category(1), collection.category(2)
    url = f"/api/v1/audits/{audit['id']}/items/{item['item_id']}"
    collection.answer(olga, audit["id"], item, category_id=first)
    collection.answer(olga, audit["id"], item, category_id=second)
    assert labels_of(item["image"]["id"]) == [("audit", second)]
    undone = olga.delete(f"{url}?holder=").json()
    assert (undone["category_id"], undone["item"]["item_id"]) == (second, item["item_id"])
    assert labels_of(item["image"]["id"]) == []
    assert olga.delete(url).status_code == 404
    again = lease(olga, audit["id"])
    assert again is not None
    assert again["item_id"] == item["item_id"]
    collection.label(item["image"]["id"], weak, kind="weak")
    assert lease(olga, audit["id"]) is None, "the label that is audited has changed"


def labels_of(image_id: str) -> list[tuple[str, str | None]]:
    """Return the (kind, category) of the labels of an image that stand."""
    with read_session() as session:
        live = select(Annotation).where(Annotation.image_id == image_id, Annotation.superseded_at.is_(None))
        return [(row.kind, row.category_id) for row in session.scalars(live)]


def test_a_weak_label_is_what_is_audited_and_stands_again_after_an_undo(
    olga: TestClient, collection: Collection
) -> None:
    unseen = list(collection.truth)[LABELLED:]
    for image in unseen:
        collection.label(image, collection.category(collection.truth[image]), kind="weak")
    audit = collection.start(olga)
    item = lease(olga, audit["id"])
    assert item is not None
    image = item["image"]["id"]
    other = collection.category((collection.truth[image] + 1) % CATEGORIES)
    collection.answer(olga, audit["id"], item, category_id=other)
    assert labels_of(image) == [("audit", other)]
    olga.delete(f"/api/v1/audits/{audit['id']}/items/{item['item_id']}")
    assert labels_of(image) == [("weak", collection.category(collection.truth[image]))]
    assert collection.audit(olga, audit["id"])["state"] == "passed"
    assert collection.certificates(olga)["current"]["statement"]["found_wrong"] == 0


def test_two_auditors_get_different_images_and_only_the_complete_beginning_counts(
    olga: TestClient, ben: TestClient, collection: Collection
) -> None:
    audit = collection.start(olga)
    kept = lease(olga, audit["id"])
    assert kept is not None
    waiting = collection.audit(ben, audit["id"])
    assert waiting["state"] == "open"
    assert (waiting["progress"]["counted"], waiting["progress"]["answered"]) == (0, audit["population"] - 1)
    said = {"category_id": collection.category(0)}
    assert ben.put(f"/api/v1/audits/{audit['id']}/items/{kept['item_id']}", json=said).status_code == 409
    after = collection.answer(olga, audit["id"], kept)
    assert after["state"] == "passed"
    current = collection.certificates(olga)["current"]
    assert current["statement"]["seen"] == IMAGES
    assert current["statement"]["audited"] == audit["population"]


def test_an_image_that_nobody_can_tell_counts_as_wrong_and_stays(
    olga: TestClient, collection: Collection
) -> None:
    audit = collection.start(olga)
    item = lease(olga, audit["id"])
    assert item is not None
    collection.answer(olga, audit["id"], item, skip="unclear")
    assert labels_of(item["image"]["id"]) == []
    collection.audit(olga, audit["id"])
    statement = collection.certificates(olga)["current"]["statement"]
    assert statement["skipped"] == 1
    assert statement["found_wrong"] >= 1
    assert statement["wrong_at_most"] >= 1
    assert statement["seen"] == LABELLED + statement["audited"] - 1


def test_an_audit_given_up_takes_of_the_error_and_one_without_an_answer_does_not(
    olga: TestClient, collection: Collection
) -> None:
    for answers, attempt in ((0, 1), (3, 1), (0, 2)):
        audit = collection.start(olga)
        assert audit["attempt"] == attempt
        assert audit["alpha"] == pytest.approx([0.0375, 0.009375][attempt - 1])
        collection.audit(olga, audit["id"], most=answers)
        given_up = olga.post(f"/api/v1/audits/{audit['id']}/give-up").json()
        assert (given_up["state"], given_up["certificate_id"]) == ("given_up", None)
    assert collection.start(olga, goal=0.04)["attempt"] == 1
    assert collection.certificates(olga)["current"] is None


def test_an_audit_is_finished_early_with_what_it_proves(olga: TestClient, collection: Collection) -> None:
    audit = collection.start(olga, goal=0.01)
    assert olga.post(f"/api/v1/audits/{audit['id']}/finish").status_code == 409
    collection.audit(olga, audit["id"], most=40)
    ended = olga.post(f"/api/v1/audits/{audit['id']}/finish").json()
    assert ended["state"] == "finished"
    statement = collection.certificates(olga)["current"]["statement"]
    sample = Audit(audit["population"], audit["alpha"], 40, statement["found_wrong"])
    assert statement["wrong_at_most"] == sample.wrong_left > wrong_allowed(IMAGES, 0.01)
    assert collection.start(olga, goal=0.01)["attempt"] == 2


def test_a_project_that_people_have_seen_has_its_certificate(
    olga: TestClient, collection: Collection
) -> None:
    for image in list(collection.truth)[LABELLED:]:
        collection.label(image, collection.category(collection.truth[image]), kind="review")
    current = collection.certificates(olga)["current"]
    assert (current["id"], current["void"], current["sentence"]) == (
        None,
        None,
        "120 labels, all seen by people",
    )
    assert [count["estimate"] for count in current["counts"]] == [40, 40, 40]
    audit = collection.start(olga, goal=0.05, mistakes=0.02)
    assert audit["state"] == "passed"
    stated = collection.certificates(olga)["current"]
    assert stated["sentence"] == (
        "120 labels, all seen by people, at most 2.5 % wrong, people wrong in at most 2 % of their answers"
    )


def test_counts_of_categories_are_those_of_the_rows(olga: TestClient, collection: Collection) -> None:
    audit = collection.start(olga)
    collection.audit(olga, audit["id"])
    items: list[dict[str, Any]] = olga.get(f"/api/v1/audits/{audit['id']}/items?limit=500").json()["items"]
    items.sort(key=lambda item: item["position"])
    place = {name: number for number, name in enumerate(collection.made.categories)}
    seen, unseen = list(collection.truth)[:LABELLED], list(collection.truth)[LABELLED:]
    asked = [item["image_id"] for item in items]
    order = [*asked, *(image for image in unseen if image not in asked)]
    expected = category_counts(
        np.array([collection.truth[image] for image in seen]),
        np.array([collection.called[image] for image in order]),
        np.array([place[item["category_id"]] for item in items]),
        CATEGORIES,
        1 - 0.95,
    )
    for count in collection.certificates(olga)["current"]["counts"]:
        number = place[count["category_id"]]
        assert count["estimate"] == round(float(expected.estimate[number]), 1)
        assert count["low"] <= 40 <= count["high"]
        assert (count["low"], count["high"]) == (expected.low[number], expected.high[number])


def test_a_plan_says_what_an_audit_takes_by_what_is_known(olga: TestClient, collection: Collection) -> None:
    plan = olga.get(f"{collection.url}/audits/plan?goal=0.05").json()
    assert (plan["unseen"], plan["allowed"], plan["attempt"]) == (IMAGES - LABELLED, 6, 1)
    rates = {row["source"]: row for row in plan["rates"]}
    assert rates["model"]["rate"] == 0.2
    assert rates["model"]["mean"] is None
    assert 0 < rates["none"]["median"] == rates["none"]["most"] < 100
    audit = collection.start(olga)
    answered = collection.audit(olga, audit["id"], most=30)["progress"]["answered"]
    olga.post(f"/api/v1/audits/{audit['id']}/give-up")
    again = olga.get(f"{collection.url}/audits/plan?goal=0.05").json()
    assert again["attempt"] == 2
    found = next(row for row in again["rates"] if row["source"] == "audit")
    assert found["rate"] <= round(WRONG / answered, 4)
    assert olga.get(f"{collection.url}/audits/plan?goal=2").status_code == 422


def test_an_audit_is_refused_where_it_makes_no_sense(
    olga: TestClient, anna: TestClient, ben: TestClient, collection: Collection
) -> None:
    url = f"{collection.url}/audits"
    assert anna.post(url, json={"goal": 0.01}).status_code == 403
    assert ben.post(url, json={"goal": 0.01, "mistakes": 0.01}).json()["errors"][0]["field"] == "mistakes"
    audit = collection.start(ben)
    assert "under way" in olga.post(url, json={"goal": 0.01}).json()["detail"]
    item = lease(anna, audit["id"])
    assert item is not None
    put = f"/api/v1/audits/{audit['id']}/items/{item['item_id']}"
    assert anna.put(put, json={"category_id": "none"}).json()["errors"][0]["field"] == "category_id"
    assert anna.post(f"/api/v1/audits/{audit['id']}/give-up").status_code == 403
    ben.post(f"/api/v1/audits/{audit['id']}/give-up")
    assert anna.put(put, json={"skip": "unclear"}).status_code == 409


def test_an_audit_waits_for_rounds_that_change_labels_but_not_for_a_review(
    olga: TestClient, collection: Collection
) -> None:
    url, body = f"{collection.url}/audits", {"goal": 0.05}
    with write_session() as session:
        session.execute(update(Round).values(state="labelling", kind="loop"))
    refused = olga.post(url, json=body)
    assert (refused.status_code, "Round 1 is being labelled" in refused.json()["detail"]) == (409, True)
    with write_session() as session:
        session.execute(update(Round).values(kind="review"))
        round_id = session.scalars(select(Round.id)).one()
        page = {"round_id": round_id, "fit": 1, "position": 0, "category_id": collection.category(0)}
        shown = [{"id": image, "guess": None, "confidence": 1.0} for image in list(collection.truth)[:48]]
        row = ReviewPage(**page, images=shown, state="confirmed", corrected=6, confirmed_at=now())
        session.add(row)
        job = Job(project_id=collection.project_id, kind="predict", queue="gpu", round_id=round_id, step=1)
        session.add(job)
    assert "model is learning" in olga.post(url, json=body).json()["detail"]
    plan = olga.get(f"{url}/plan").json()
    assert next(rate["rate"] for rate in plan["rates"] if rate["source"] == "review") == 6 / 48
    with write_session() as session:
        session.execute(update(Job).values(state="done"))
    assert collection.start(olga)["state"] == "open"


def test_an_answer_sent_again_under_its_key_counts_once_and_is_its_authors(
    olga: TestClient, anna: TestClient, collection: Collection
) -> None:
    audit = collection.start(olga)
    (item,) = leases(anna, audit["id"], 1)
    url = f"/api/v1/audits/{audit['id']}/items/{item['item_id']}"
    body = {"category_id": collection.category(collection.truth[item["image"]["id"]])}
    me = anna.get("/api/v1/me").json()["id"]
    first = {"Idempotency-Key": "answer", "Eigenlabel-User": me}
    answered = anna.put(url, json=body, headers=first)
    assert answered.status_code == 200
    undo = {"Idempotency-Key": "undo", "Eigenlabel-User": me}
    undone = anna.delete(url, headers=undo)
    assert anna.delete(url, headers=undo).json() == undone.json()
    assert anna.put(url, json=body, headers=first).json() == answered.json()
    assert olga.get(f"/api/v1/audits/{audit['id']}").json()["progress"]["answered"] == 0
    other = olga.put(url, json=body, headers={"Eigenlabel-User": me})
    assert other.status_code == 401
