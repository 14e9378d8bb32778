"""T40: an upload that finds no room is told so, leaves nothing behind, and works once there is some."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy.exc import OperationalError

from app.auth import service
from tests.app.images.files import encoded, new_project, send
from tests.worker.full_disk import MIB, fill, small_disk


@pytest.fixture
def disk(data_directory: Path) -> Iterator[Path]:
    """Return the folder of the blobs, a disk of 4 MiB of its own."""
    with small_disk(data_directory / "blobs", 4 * MIB) as folder:
        yield folder


def test_a_full_disk_refuses_an_upload_and_keeps_none_of_it(disk: Path, client: TestClient) -> None:
    project = new_project(client)
    noise = Image.frombytes("RGB", (400, 400), os.urandom(400 * 400 * 3))
    files = {"noise.png": encoded(noise)}
    ballast = fill(disk, leave=MIB // 4)
    refused = send(client, project, files)
    assert (refused.status_code, refused.headers["content-type"]) == (507, "application/problem+json")
    assert refused.json()["detail"] == "The disk is full."
    assert client.get(f"/api/v1/projects/{project}/images").json()["items"] == []
    assert [path for path in disk.rglob("*") if path.is_file()] == [ballast]
    ballast.unlink()
    assert send(client, project, files).json()["created"] == 1


def test_a_database_without_room_says_so(anonymous: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(service, "find_link_user", fail)
    assert anonymous.get("/api/v1/sign-in-links/x").status_code == 507
