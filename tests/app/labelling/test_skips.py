from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.core.database import read_session, write_session
from app.core.models import Annotation, Image
from tests.app.labelling.test_labels import lease, put
from tests.app.labelling_factory import Labelling, kept_answers, make_labelling, query_states, round_jobs


def excluded(image_id: str) -> str | None:
    with read_session() as session:
        return session.scalars(select(Image.excluded).where(Image.id == image_id)).one()


@pytest.mark.parametrize("reason", ["broken", "not_in_list"])
def test_an_unusable_image_is_excluded_and_substituted(
    anna: TestClient, ben: TestClient, labelling: Labelling, reason: str
) -> None:
    assert put(anna, labelling.queries[0], skip=reason).status_code == 200
    assert excluded(labelling.images[0]) == reason
    assert query_states(labelling) == [
        (labelling.images[0], "skipped"),
        (labelling.images[1], "open"),
        (labelling.images[2], "open"),
        (labelling.spare[0], "open"),
    ]
    assert len(lease(ben, labelling, 5)) == 3


def test_a_substitute_stands_for_its_cluster(anna: TestClient, labelling: Labelling) -> None:
    for query_id in labelling.queries[1:]:
        put(anna, query_id, category_id=labelling.categories[0])
    put(anna, labelling.queries[0], skip="broken")
    url = f"/api/v1/rounds/{labelling.round_id}/leases"
    (item,) = anna.post(url, json={"count": 5}).json()["items"]
    assert item["image"]["id"] == labelling.spare[0]
    assert item["cluster"] == {"size": 41, "image_ids": []}
    assert item["suggestion"] is None
    put(anna, item["query_id"], skip="broken")
    (item,) = anna.post(url, json={"count": 5}).json()["items"]
    assert item["image"]["id"] == labelling.spare[1]
    assert item["cluster"] == {"size": 1, "image_ids": []}


def test_only_fresh_images_substitute(anna: TestClient, labelling: Labelling) -> None:
    with write_session() as session:
        session.add(
            Annotation(
                project_id=labelling.project_id,
                image_id=labelling.spare[0],
                category_id=labelling.categories[0],
                kind="indicator",
            )
        )
    put(anna, labelling.queries[0], skip="broken")
    put(anna, labelling.queries[1], skip="broken")
    assert [image for image, state in query_states(labelling) if state == "open"] == [
        labelling.images[2],
        labelling.spare[1],
    ]


def test_the_last_skip_without_substitute_starts_the_model(
    olga: TestClient, anna: TestClient, ben: TestClient
) -> None:
    made = make_labelling(members={"olga": "owner", "anna": "annotator"}, images=2, spare=0)
    put(anna, made.queries[0], category_id=made.categories[0])
    put(anna, made.queries[1], skip="broken")
    assert [state for _, state in query_states(made)] == ["labelled", "skipped"]
    assert round_jobs(made) == [("round_advance", 1, "queued")]


def test_unclear_is_passed_on_until_all_have_passed(
    olga: TestClient, anna: TestClient, ben: TestClient, labelling: Labelling
) -> None:
    first = lease(anna, labelling)[0]
    assert put(anna, first, skip="unclear").status_code == 200
    assert lease(anna, labelling) == labelling.queries[1:2]
    assert lease(ben, labelling) == [first]
    put(ben, first, skip="unclear")
    assert query_states(labelling)[0] == (labelling.images[0], "open")
    put(olga, first, skip="unclear")
    assert query_states(labelling)[0] == (labelling.images[0], "skipped")
    assert query_states(labelling)[-1] == (labelling.spare[0], "open")
    assert excluded(labelling.images[0]) is None


def test_a_second_look_at_an_unclear_image(anna: TestClient, ben: TestClient, labelling: Labelling) -> None:
    first, category_id = labelling.queries[0], labelling.categories[0]
    put(anna, first, skip="unclear")
    assert put(anna, first, version=1, category_id=category_id).json()["version"] == 2
    assert kept_answers(first) == [("unclear", None, False), (category_id, 0, True)]
    put(anna, first, version=2, skip="unclear")
    assert query_states(labelling)[0] == (labelling.images[0], "open")
    assert lease(ben, labelling) == [first]


def test_a_skip_corrected_to_a_label_takes_its_substitute_back(
    anna: TestClient, labelling: Labelling
) -> None:
    put(anna, labelling.queries[0], skip="broken")
    corrected = put(anna, labelling.queries[0], version=1, category_id=labelling.categories[0])
    assert corrected.status_code == 200
    assert excluded(labelling.images[0]) is None
    assert query_states(labelling) == [
        (labelling.images[0], "labelled"),
        (labelling.images[1], "open"),
        (labelling.images[2], "open"),
    ]


def test_a_label_for_a_skipped_image_whose_substitute_is_labelled_is_kept_only(
    anna: TestClient, ben: TestClient, labelling: Labelling
) -> None:
    put(anna, labelling.queries[0], skip="broken")
    substitute = lease(ben, labelling, 3)[-1]
    put(ben, substitute, category_id=labelling.categories[0])
    late = put(anna, labelling.queries[0], version=1, category_id=labelling.categories[0])
    assert late.status_code == 409
    assert kept_answers(labelling.queries[0]) == [
        ("broken", 0, True),
        (labelling.categories[0], None, False),
    ]
    assert excluded(labelling.images[0]) == "broken"


def test_one_reason_corrects_another(anna: TestClient, labelling: Labelling) -> None:
    first = labelling.queries[0]
    answers: list[Any] = [put(anna, first, skip="broken"), put(anna, first, version=1, skip="not_in_list")]
    assert [answer.json()["version"] for answer in answers] == [1, 2]
    assert excluded(labelling.images[0]) == "not_in_list"
    assert len(query_states(labelling)) == 4
