"""Kinds of labels: what the API and exports call them, and which say that somebody has seen the image."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.core.database import now, read_session, write_session
from app.core.kinds import ANNOTATION_KINDS
from app.core.models import Annotation, Image
from app.labelling.seen import is_seen
from tests.app.labelling_factory import Labelling


def label(project: Labelling, image_id: str, **columns: object) -> None:
    ids = {"project_id": project.project_id, "image_id": image_id}
    with write_session() as session:
        session.add(Annotation(**ids | columns))


def seen(project: Labelling) -> list[str]:
    statement = select(Image.id).where(Image.project_id == project.project_id, is_seen())
    with read_session() as session:
        return list(session.scalars(statement))


@pytest.mark.parametrize("kind", ANNOTATION_KINDS)
def test_every_kind_but_weak_says_that_the_image_was_seen(
    olga: TestClient, project: Labelling, kind: str
) -> None:
    image, category = project.images[0], project.categories[0]
    label(project, image, category_id=category, kind=kind)
    assert seen(project) == ([] if kind == "weak" else [image])
    assert olga.get(f"/api/v1/images/{image}").json()["kind"] == kind
    lines = olga.get(f"/api/v1/projects/{project.project_id}/export?format=json").json()
    assert [each["kind"] for one in lines["images"] for each in one["labels"]] == [kind]


def test_a_skip_and_a_label_that_is_history_say_nothing(project: Labelling) -> None:
    label(project, project.images[0], skip="unclear", kind="query")
    label(project, project.images[1], category_id=project.categories[0], kind="review", superseded_at=now())
    assert seen(project) == []
