"""Who answers an audit is shown by no list what the model calls its images."""

import pytest
from fastapi.testclient import TestClient

from tests.app.certificates.conftest import IMAGES, LABELLED, Collection, leases


def guessed(client: TestClient, collection: Collection) -> tuple[set[str], int]:
    """Return the images with a guess in the list that every member may read, and how many are left out."""
    page = client.get(f"{collection.url}/predictions?limit=500").json()
    return {item["image_id"] for item in page["items"]}, page["audited"]


@pytest.mark.parametrize("role", ["annotator", "owner"])
def test_no_list_says_what_the_model_calls_an_image_before_it_is_answered(
    olga: TestClient, anna: TestClient, collection: Collection, role: str
) -> None:
    client = {"annotator": anna, "owner": olga}[role]
    assert guessed(client, collection) == (set(collection.truth), 0)
    audit = collection.start(olga)
    seen, left_out = guessed(client, collection)
    assert (len(seen), left_out) == (LABELLED, IMAGES - LABELLED)
    (item,) = leases(anna, audit["id"], 1)
    image = item["image"]["id"]
    said = {"category_id": collection.category(collection.truth[image])}
    anna.put(f"/api/v1/audits/{audit['id']}/items/{item['item_id']}", json=said)
    assert guessed(client, collection) == ({*seen, image}, left_out - 1)
    report = olga.get(f"{collection.url}/export/report").json()
    document = olga.get(f"{collection.url}/export?format=json").json()
    assert report["audited"] == document["audited"] == left_out - 1
    olga.post(f"/api/v1/audits/{audit['id']}/give-up")
    assert guessed(client, collection) == (set(collection.truth), 0)
