"""One image in several class folders: it gets no label, and the report names the files."""

from collections.abc import Mapping
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.core.database import read_session
from app.core.models import Annotation, Category, Image, LabelConflict, Truth
from tests.app.images.conftest import Import
from tests.app.images.files import new_project, png, zipped

TABLES: dict[str, Any] = {"truth": Truth, "annotate": Annotation}


def labels(project: str, kind: str) -> dict[str, str]:
    """Return the labels that stand, by the path of the image."""
    table = TABLES[kind]
    statement = (
        select(Image.path, Category.name)
        .join(table, table.image_id == Image.id)
        .join(Category, Category.id == table.category_id)
        .where(Image.project_id == project)
    )
    if kind == "annotate":
        statement = statement.where(Annotation.superseded_at.is_(None))
    with read_session() as session:
        return dict(session.execute(statement).all())


FILES: Mapping[str, int] = {
    "cat/x.png": 1, "cat/only.png": 2, "dog/only.png": 3, "dog/twice.png": 4, "dog/twice2.png": 4,
    "dog/y.png": 1, "emu/z.png": 1, "root.png": 5, "train/bird/deep/a.png": 6,
}  # fmt: skip


@pytest.mark.parametrize("kind", TABLES)
def test_neither_label_is_kept_and_the_files_are_named(
    admin: TestClient, bring_in: Import, kind: str
) -> None:
    project = new_project(admin)
    result = bring_in(project, zipped({path: png(seed) for path, seed in FILES.items()}), kind)
    assert labels(project, kind) == {
        "cat/only.png": "cat", "dog/only.png": "dog", "dog/twice.png": "dog", "train/bird/deep/a.png": "deep",
    }  # fmt: skip
    assert result["conflicts"] == [
        {"paths": ["cat/x.png", "dog/y.png", "emu/z.png"], "labels": ["cat", "dog", "emu"]}
    ]
    assert (result["created"], result["labelled"], result["conflicts_total"]) == (6, 4, 1)
    assert [each["path"] for each in result["unlabelled"]] == ["root.png"]
    assert result["rejected"] == []
    assert "directly holds" in result["rule"]


@pytest.mark.parametrize("kind", TABLES)
def test_an_import_that_starts_again_comes_to_the_same(
    admin: TestClient, bring_in: Import, kind: str
) -> None:
    project = new_project(admin)
    content = zipped({path: png(seed) for path, seed in FILES.items()})
    first = bring_in(project, content, kind)
    standing = labels(project, kind)
    again = bring_in(project, content, kind)
    assert labels(project, kind) == standing
    assert again["conflicts"] == first["conflicts"]


def test_a_later_import_corrects_truths_and_leaves_answers(admin: TestClient, bring_in: Import) -> None:
    project = new_project(admin, "cat", "dog")
    for kind in TABLES:
        bring_in(project, zipped({"cat/a.png": png(1)}), kind)
        result = bring_in(project, zipped({"dog/b.png": png(1)}), kind)
        reasons = [each["reason"] for each in result["unlabelled"]]
        assert reasons == ([] if kind == "truth" else ["Its label stays: it is cat already."])
    assert labels(project, "truth") == {"cat/a.png": "dog"}
    assert labels(project, "annotate") == {"cat/a.png": "cat"}


def test_conflicts_go_with_their_image(admin: TestClient, bring_in: Import) -> None:
    project = new_project(admin)
    bring_in(project, zipped({"cat/x.png": png(1), "dog/y.png": png(1)}))
    [image] = admin.get(f"/api/v1/projects/{project}/images").json()["items"]
    assert admin.delete(f"/api/v1/images/{image['id']}").status_code == 204
    with read_session() as session:
        assert session.scalar(select(func.count()).select_from(LabelConflict)) == 0
