from fastapi.testclient import TestClient

from app.core.database import write_session
from app.core.models import Image, Step
from tests.app.exports.conftest import publish
from tests.app.labelling_factory import Labelling, add_image

API = "/api/v1"


def test_every_image_has_its_most_likely_category(anna: TestClient, labelled: Labelling) -> None:
    url = f"{API}/projects/{labelled.project_id}/predictions"
    first = anna.get(f"{url}?limit=3").json()
    second = anna.get(f"{url}?limit=3&cursor={first['next_cursor']}").json()
    items = first["items"] + second["items"]
    assert second["next_cursor"] is None
    assert [item["image_id"] for item in items] == [*labelled.images, *labelled.spare]
    one, other = labelled.categories
    assert [item["category_id"] for item in items] == [one, other, one, other, one]
    assert [item["confidence"] for item in items] == [0.75, 0.75, 0.5, 1.0, 1.0]


def test_annotators_are_told_nothing_of_test_images(
    anna: TestClient, olga: TestClient, labelled: Labelling
) -> None:
    with write_session() as session:
        session.get_one(Image, labelled.spare[0]).split = "test"
    url = f"{API}/projects/{labelled.project_id}/predictions"
    seen = [[item["image_id"] for item in client.get(url).json()["items"]] for client in (anna, olga)]
    assert labelled.spare[0] in seen[1]
    assert seen[0] == [image for image in seen[1] if image != labelled.spare[0]]


def test_without_a_model_there_are_none(anna: TestClient, labelling: Labelling) -> None:
    publish(labelling, 1, None)
    answer = anna.get(f"{API}/projects/{labelling.project_id}/predictions").json()
    assert answer == {"items": [], "next_cursor": None, "model": None, "lost_models": [], "audited": 0}


def test_the_newest_model_predicts(anna: TestClient, labelled: Labelling) -> None:
    publish(labelled, 2, [[0.0, 1.0]] * 5)
    publish(labelled, 3, None)
    with write_session() as session:
        session.add(Step(round_id=labelled.round_id, index=4))
    add_image(labelled.project_id)
    items = anna.get(f"{API}/projects/{labelled.project_id}/predictions").json()["items"]
    assert [item["category_id"] for item in items] == [labelled.categories[1]] * 5
