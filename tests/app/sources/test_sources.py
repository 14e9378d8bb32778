"""Sources: who may add which, who sees them, and when they can go."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.core.config import get_settings
from app.core.database import read_session, write_session
from app.core.models import Job, Source
from ml.config import TorchvisionSource
from tests.app.labelling_factory import Labelling

API = "/api/v1"
DIGITS = {"kind": "dataset", "name": "digits-8x8"}
SignIn = Callable[..., TestClient]


@pytest.fixture
def root(tmp_path: Path, engine: object, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder that may be imported."""
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "photos.zip").write_bytes(b"PK")
    monkeypatch.setenv("EIGENLABEL_IMPORT_ROOTS", json.dumps([str(folder)]))
    get_settings.cache_clear()
    return folder


def add(client: TestClient, source: dict[str, Any], name: str = "photos") -> Any:
    return client.post(f"{API}/sources", json={"name": name, "source": source})


def listed(client: TestClient) -> list[str]:
    return [item["id"] for item in client.get(f"{API}/sources").json()["items"]]


def test_a_source_is_counted_by_a_job_that_its_starter_follows(client: TestClient, sign_in: SignIn) -> None:
    accepted = add(client, DIGITS, "scikit-learn digits")
    assert accepted.status_code == 202
    source_id, job_id = accepted.json()["id"], accepted.json()["job_id"]
    shown = client.get(f"{API}/sources/{source_id}").json()
    assert shown | {"created_at": ""} == {
        "id": source_id,
        "name": "scikit-learn digits",
        "kind": "dataset",
        "params": {"name": "digits-8x8"},
        "state": "pending",
        "images": None,
        "error": None,
        "role": "owner",
        "created_at": "",
    }
    job = client.get(f"{API}/jobs/{job_id}").json()
    assert (job["kind"], job["state"], job["project_id"]) == ("source", "queued", None)
    assert [item["id"] for item in client.get(f"{API}/jobs").json()["items"]] == [job_id]
    other = sign_in("eve")
    assert other.get(f"{API}/jobs/{job_id}").status_code == 404
    assert other.get(f"{API}/sources/{source_id}").json()["name"] == "scikit-learn digits"


def test_large_downloads_are_for_administrators_and_every_size_is_told(
    client: TestClient, sign_in: SignIn
) -> None:
    large, small = ({"kind": "torchvision", "name": name} for name in ("SUN397", "MNIST"))
    refused = add(client, large)
    assert (refused.status_code, "39.0 GB" in refused.json()["detail"]) == (403, True)
    assert add(client, small).status_code == 202
    admin = sign_in("ada", "admin")
    assert add(admin, large).status_code == 202
    for caller, may in ((client, False), (admin, True)):
        told = {item["name"]: item for item in caller.get(f"{API}/sources/downloads").json()}
        assert set(told) == set(get_args(TorchvisionSource.model_fields["name"].annotation))
        assert told["SUN397"] == {"name": "SUN397", "bytes": 39_000_000_000, "allowed": may}
        assert told["MNIST"]["allowed"]


def test_cancelling_the_count_is_told_by_the_source(client: TestClient) -> None:
    accepted = add(client, {"kind": "torchvision", "name": "CIFAR10"}).json()
    assert client.post(f"{API}/jobs/{accepted['job_id']}/cancel").json()["state"] == "cancelled"
    shown = client.get(f"{API}/sources/{accepted['id']}").json()
    assert (shown["state"], shown["error"]) == ("failed", "Cancelled.")


def test_paths_are_given_and_seen_by_administrators_only(
    client: TestClient, sign_in: SignIn, root: Path
) -> None:
    folder = {"kind": "folder", "path": str(root)}
    assert add(client, folder).status_code == 403
    admin = sign_in("ada", "admin")
    for source in (folder, {"kind": "zip", "path": str(root / "photos.zip"), "folder": "train"}):
        source_id = add(admin, source).json()["id"]
        assert admin.get(f"{API}/sources/{source_id}").json()["params"]["path"] == source["path"]
        for answer in (client.get(f"{API}/sources/{source_id}"), client.get(f"{API}/sources")):
            assert str(root) not in answer.text


@pytest.mark.parametrize("path", ["/etc", "photos/missing", "photos/../../etc/passwd", "\0"])
@pytest.mark.parametrize("kind", ["folder", "zip"])
def test_paths_outside_the_import_roots_are_refused(
    sign_in: SignIn, root: Path, kind: str, path: str
) -> None:
    answer = add(sign_in("ada", "admin"), {"kind": kind, "path": str(root.parent / path)})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "source.path")


def test_a_folder_is_not_a_zip_and_a_zip_no_folder(sign_in: SignIn, root: Path) -> None:
    admin = sign_in("ada", "admin")
    assert add(admin, {"kind": "zip", "path": str(root)}).status_code == 422
    assert add(admin, {"kind": "folder", "path": str(root / "photos.zip")}).status_code == 422


def test_a_pool_is_a_source_for_the_members_of_its_project(
    anna: TestClient, project: Labelling, sign_in: SignIn
) -> None:
    pool = {"kind": "project", "project_id": project.project_id}
    admin = sign_in("ada", "admin")
    assert add(admin, pool).status_code == 404
    source_id = add(anna, pool).json()["id"]
    assert anna.get(f"{API}/sources/{source_id}").json()["params"] == {"project_id": project.project_id}
    assert admin.get(f"{API}/sources/{source_id}").status_code == 404
    assert (listed(anna), listed(admin)) == ([source_id], [])
    assert anna.delete(f"{API}/sources/{source_id}").status_code == 403


def test_sources_are_deleted_by_those_who_added_them_and_administrators(
    sign_in: SignIn, olga: TestClient, project: Labelling
) -> None:
    client = sign_in("carl")
    first, second = add(client, DIGITS).json(), add(client, DIGITS).json()
    assert sign_in("eve").delete(f"{API}/sources/{first['id']}").status_code == 403
    assert client.delete(f"{API}/sources/{first['id']}").status_code == 204
    assert client.get(f"{API}/jobs/{first['job_id']}").json()["state"] == "cancelled"
    assert sign_in("ada", "admin").delete(f"{API}/sources/{second['id']}").status_code == 204
    pool = add(olga, {"kind": "project", "project_id": project.project_id}).json()["id"]
    assert olga.delete(f"{API}/sources/{pool}").status_code == 204
    assert (listed(client), listed(olga)) == ([], [])


def test_a_source_tells_the_caller_who_may_delete_it(
    sign_in: SignIn, olga: TestClient, anna: TestClient, project: Labelling
) -> None:
    client = sign_in("carl")
    free = add(client, DIGITS).json()["id"]
    pool = add(anna, {"kind": "project", "project_id": project.project_id}).json()["id"]

    def roles(caller: TestClient) -> dict[str, str]:
        told = {item["id"]: item["role"] for item in caller.get(f"{API}/sources").json()["items"]}
        assert told == {each: caller.get(f"{API}/sources/{each}").json()["role"] for each in told}
        return told

    assert roles(client) == roles(sign_in("ada", "admin")) == {free: "owner"}
    assert roles(olga) == {free: "annotator", pool: "owner"}
    assert roles(anna) == {free: "annotator", pool: "annotator"}


@pytest.mark.parametrize(("state", "status"), [("queued", 409), ("running", 409), ("cancelled", 204)])
def test_a_source_that_a_pretraining_needs_stays(client: TestClient, state: str, status: int) -> None:
    source_id = add(client, DIGITS).json()["id"]
    with write_session() as session:
        session.execute(update(Source).values(state="ready", images=9))
        params = {"encoder_id": "e", "source_id": source_id}
        session.add(Job(kind="pretrain", queue="pretrain", state=state, params=params))
    assert client.delete(f"{API}/sources/{source_id}").status_code == status
    with read_session() as session:
        assert len(session.scalars(select(Source.id)).all()) == int(status == 409)


@pytest.mark.parametrize(
    "source",
    [{"kind": "torchvision", "name": "ImageNet21K"}, {"kind": "dataset", "name": "x"}, {"kind": "url"}, None],
)
def test_unknown_sources_are_refused(client: TestClient, source: Any) -> None:
    assert add(client, source).status_code == 422
