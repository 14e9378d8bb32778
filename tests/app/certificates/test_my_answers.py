"""What a person is told of their own answers to an audit, for undo after a reload."""

from typing import Any

from fastapi.testclient import TestClient

from tests.app.certificates.conftest import Collection, leases


def told(client: TestClient, audit: dict[str, Any]) -> list[tuple[str, str | None, str | None]]:
    answer = client.get(f"/api/v1/audits/{audit['id']}/my-answers")
    assert "label_id" not in answer.text, "not what the image was called"
    return [(each["item_id"], each["category_id"], each["skip"]) for each in answer.json()["items"]]


def test_own_answers_are_told_newest_first_until_they_are_taken_back(
    olga: TestClient, anna: TestClient, collection: Collection
) -> None:
    audit = collection.start(olga)
    first, second, third = leases(olga, audit["id"], 3)
    named = collection.category(1)
    collection.answer(olga, audit["id"], first, category_id=named)
    collection.answer(olga, audit["id"], second, skip="unclear")
    (other,) = leases(anna, audit["id"], 1)
    collection.answer(anna, audit["id"], other, category_id=named)
    assert told(olga, audit) == [(second["item_id"], None, "unclear"), (first["item_id"], named, None)]
    assert told(anna, audit) == [(other["item_id"], named, None)]
    url = f"/api/v1/audits/{audit['id']}/items/{second['item_id']}"
    assert olga.delete(f"{url}?holder=").status_code == 200
    assert told(olga, audit) == [(first["item_id"], named, None)]
    assert third["item_id"] not in {item for item, _, _ in told(olga, audit)}
