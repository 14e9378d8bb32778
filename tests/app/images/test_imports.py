"""Imports from the server's disk, and what class folders mean (hazards T6, T7)."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.core.config import get_settings
from app.core.database import read_session
from app.core.models import Annotation, Category, Image, Truth
from app.core.problems import Problem
from app.images import importing
from app.images.importing import (
    folder_entries,
)
from ml.images.files.formats import FORMAT_NAMES
from tests.app.images.conftest import run
from tests.app.images.files import new_project, png, zipped

SignIn = Callable[..., TestClient]


@pytest.fixture
def root(tmp_path: Path, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that may be imported, with two classes and a broken file."""
    folder = tmp_path / "photos"
    for name, content in {"cat/a.png": png(1), "cat/b.png": png(2), "dog/c.png": png(3)}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (folder / "dog" / "broken.png").write_bytes(b"1")
    monkeypatch.setenv("EIGENLABEL_IMPORT_ROOTS", json.dumps([str(folder)]))
    get_settings.cache_clear()
    return folder


def ask(client: TestClient, project: str, root: Path, **body: Any) -> Any:
    request = {"source": {"kind": "folder", "path": str(root)}, **body}
    return client.post(f"/api/v1/projects/{project}/imports", json=request)


def imported(client: TestClient, project: str, root: Path, **body: Any) -> dict[str, Any]:
    answer = ask(client, project, root, **body)
    assert (answer.status_code, answer.json()["state"]) == (202, "queued")
    return run(project, answer.json()["id"])


def categories_of(project: str) -> list[str]:
    with read_session() as session:
        names = select(Category.name).where(Category.project_id == project)
        return list(session.scalars(names.order_by(Category.position)))


def test_a_folder_comes_in_and_a_second_run_changes_nothing(admin: TestClient, root: Path) -> None:
    project = new_project(admin)
    rejected = [
        {
            "path": "dog/broken.png",
            "filename": "broken.png",
            "reason": f"This is not a {FORMAT_NAMES} image.",
        }
    ]
    first = imported(admin, project, root, split="test")
    assert first == {
        "created": 3, "duplicates": 0, "rejected": rejected, "rejected_total": 1,
        "labelled": 0, "unlabelled": [], "unlabelled_total": 0,
        "conflicts": [], "conflicts_total": 0, "rule": None,
    }  # fmt: skip
    assert imported(admin, project, root)["duplicates"] == 3
    with read_session() as session:
        assert session.scalars(select(Image.split)).all() == ["test"] * 3
        kept = session.execute(select(Image.path, Image.filename).order_by(Image.id)).all()
    assert list(map(tuple, kept)) == [("cat/a.png", "a.png"), ("cat/b.png", "b.png"), ("dog/c.png", "c.png")]
    assert categories_of(project) == []


def test_class_folders_become_annotations_once(admin: TestClient, root: Path) -> None:
    project = new_project(admin, "dog")
    for _ in range(2):
        imported(admin, project, root, labels="annotate")
    assert categories_of(project) == ["dog", "cat"]
    with read_session() as session:
        rows = session.execute(select(Category.name, Annotation.kind).join(Annotation)).all()
        assert sorted(map(tuple, rows)) == [("cat", "imported")] * 2 + [("dog", "imported")]
        me = admin.get("/api/v1/me").json()["id"]
        assert set(session.scalars(select(Annotation.annotator_id))) == {me}


def test_an_import_overwrites_nobodys_label(admin: TestClient, root: Path) -> None:
    project = new_project(admin, "cat", "dog")
    imported(admin, project, root)
    image = admin.get(f"/api/v1/projects/{project}/images").json()["items"][0]
    dog = admin.get(f"/api/v1/projects/{project}").json()["categories"][1]["id"]
    admin.put(f"/api/v1/images/{image['id']}/annotation", json={"category_id": dog})
    imported(admin, project, root, labels="annotate")
    kept = admin.get(f"/api/v1/images/{image['id']}").json()
    assert (kept["category_id"], kept["kind"]) == (dog, "indicator")


def test_class_folders_become_truths_that_are_not_shown(admin: TestClient, root: Path) -> None:
    project = new_project(admin)
    imported(admin, project, root, labels="truth", split="test")
    assert categories_of(project) == ["cat", "dog"]
    with read_session() as session:
        truth = (
            select(Image.filename, Category.name).select_from(Truth).join(Image, Image.id == Truth.image_id)
        )
        truth = truth.join(Category, Category.id == Truth.category_id)
        truths = session.execute(truth).all()
    assert sorted(map(tuple, truths)) == [("a.png", "cat"), ("b.png", "cat"), ("c.png", "dog")]
    listed = admin.get(f"/api/v1/projects/{project}/images")
    assert {item["category_id"] for item in listed.json()["items"]} == {None}
    assert admin.get(f"/api/v1/projects/{project}").json()["counts"]["truths"] == 3


def test_a_truth_of_no_known_category_is_reported(admin: TestClient, root: Path) -> None:
    project = new_project(admin, "cat")
    result = imported(admin, project, root, labels="truth")
    assert (result["created"], result["rejected_total"], result["unlabelled_total"]) == (3, 1, 1)
    reasons = {item["filename"]: item["reason"] for item in result["unlabelled"]}
    assert "no active category called dog" in reasons["c.png"]
    assert categories_of(project) == ["cat"]


def test_a_folder_inside_a_zip_is_imported(admin: TestClient, root: Path) -> None:
    files = {"set/train/cat/a.png": png(1), "set/test/dog/b.png": png(2), "set/train/loose.png": png(3)}
    (root / "set.zip").write_bytes(zipped(files))
    project = new_project(admin)
    source = {"kind": "zip", "path": str(root / "set.zip"), "folder": "set/train/"}
    result = imported(admin, project, root, source=source, labels="annotate")
    assert (result["created"], categories_of(project)) == (2, ["cat"])


@pytest.mark.parametrize("path", ["..", "../secret", "missing", "dog/c.png", "outside", "\0"])
def test_only_folders_below_the_roots_are_read(admin: TestClient, root: Path, path: str) -> None:
    (root.parent / "secret").mkdir()
    (root / "outside").symlink_to(root.parent / "secret")
    project = new_project(admin)
    answer = ask(admin, project, root / path)
    if path == "dog/c.png":  # a file is found to be no folder when the job runs
        with pytest.raises(Problem, match="not a folder"):
            run(project, answer.json()["id"])
        return
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "source.path")


def test_a_link_is_followed_only_inside_the_roots(admin: TestClient, root: Path) -> None:
    (root.parent / "secret.png").write_bytes(png(8))
    (root / "cat" / "out.png").symlink_to(root.parent / "secret.png")
    (root / "cat" / "in.png").symlink_to(root / "dog" / "c.png")
    (root / "cat" / "dangling.png").symlink_to(root / "nothing")
    result = imported(admin, new_project(admin), root)
    assert (result["created"], result["duplicates"]) == (3, 1)
    reasons = {item["filename"]: item["reason"] for item in result["rejected"]}
    assert "points out" in reasons["out.png"]
    assert "no such file" in reasons["dangling.png"]


def test_the_disk_is_for_administrators_and_data_sets_for_owners(
    client: TestClient, root: Path, sign_in: SignIn
) -> None:
    project = new_project(client)
    assert ask(client, project, root).status_code == 403
    source = {"kind": "dataset", "name": "mnist-5000"}
    assert ask(client, project, root, source=source).status_code == 202
    assert ask(sign_in("ada", "admin"), project, root).status_code == 404


def test_test_images_have_truths_not_annotations(admin: TestClient, root: Path) -> None:
    answer = ask(admin, new_project(admin), root, split="test", labels="annotate")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "labels")


def test_an_operator_may_read_any_folder(root: Path) -> None:
    assert [entry.label for entry in folder_entries(root, [root])] == ["cat", "cat", "dog", "dog"]


def test_what_one_zip_unpacks_to_is_not_taken_from_the_next(
    admin: TestClient, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "set.zip").write_bytes(content := zipped({"cat/a.png": png(1)}))
    monkeypatch.setattr(importing, "MOST_BYTES", len(content))
    source = {"kind": "zip", "path": str(root / "set.zip")}
    for _ in range(3):
        assert imported(admin, new_project(admin), root, source=source)["created"] == 1
