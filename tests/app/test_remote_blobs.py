"""The service with its blobs in an S3-compatible store, over HTTP."""

import io
import zipfile
from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from app.core.storage import get_storage
from app.core.storage.keys import image_key, thumbnail_key, whole_key
from app.core.storage.s3 import S3Storage
from tests.app.deletion import finish_deletions
from tests.app.images.files import encoded, new_project, picture, png, send, upload
from tests.conftest import clear_process_state
from tests.servers.s3 import ACCESS_KEY, SECRET_KEY, S3Server

API = "/api/v1"
EACH_ITS_OWN = {"last-modified", "x-request-id"}


UseBucket = Callable[[S3Server], str]


@pytest.fixture
def project(s3_server: S3Server, use_bucket: UseBucket, client: TestClient) -> str:
    use_bucket(s3_server)
    assert isinstance(get_storage(), S3Storage)
    return new_project(client, "cat", "dog")


def first_image(client: TestClient, project: str) -> dict[str, str]:
    image: dict[str, str] = client.get(f"{API}/projects/{project}/images").json()["items"][0]
    return image


def test_an_image_comes_back_as_it_was_sent(client: TestClient, project: str) -> None:
    upload(client, project)
    path = f"{API}/images/{first_image(client, project)['id']}/content"
    answer = client.get(path)
    assert (answer.status_code, answer.content) == (200, png())
    headers = answer.headers
    assert headers["content-type"] == "image/png"
    assert headers["content-length"] == str(len(png()))
    assert headers["content-disposition"] == 'inline; filename="0.png"'
    assert headers["accept-ranges"] == "bytes"
    assert headers["x-content-type-options"] == "nosniff"
    again = client.get(path, headers={"If-None-Match": headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    part = client.get(path, headers={"Range": "bytes=2-5", "If-Range": headers["etag"]})
    assert (part.status_code, part.content) == (206, png()[2:6])
    assert part.headers["content-range"] == f"bytes 2-5/{len(png())}"
    beyond = client.get(path, headers={"Range": "bytes=999999-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(png())}")


def test_local_and_remote_answers_are_the_same(
    client: TestClient, use_bucket: UseBucket, s3_server: S3Server
) -> None:
    asked = []
    for prepare in (clear_process_state, lambda: use_bucket(s3_server)):
        prepare()
        project = new_project(client)
        send(client, project, {"schöne Katze.tif": encoded(picture(), "TIFF"), "b.png": png(2)})
        for image in client.get(f"{API}/projects/{project}/images").json()["items"]:
            for view in ("content", "thumbnail"):
                for headers in ({}, {"Range": "bytes=1-9"}):
                    answer = client.get(f"{API}/images/{image['id']}/{view}", headers=headers)
                    told = {name: value for name, value in answer.headers.items() if name not in EACH_ITS_OWN}
                    asked.append((answer.status_code, answer.content, told))
    assert asked[:8] == asked[8:]


def test_deleting_takes_the_blobs_and_spares_those_still_needed(client: TestClient, project: str) -> None:
    send(client, project, {"a.tif": encoded(picture(), "TIFF")})
    image = first_image(client, project)
    other = new_project(client)
    send(client, other, {"a.tif": encoded(picture(), "TIFF")})
    keys = [make(image["sha256"]) for make in (image_key, thumbnail_key, whole_key)]
    client.delete(f"{API}/images/{image['id']}")
    assert len(get_storage().sizes(keys)) == 3
    assert client.delete(f"{API}/projects/{other}").status_code == 204
    finish_deletions()
    assert get_storage().sizes(keys) == {}
    assert send(client, project, {"a.tif": encoded(picture(), "TIFF")}).json()["created"] == 1


def test_a_missing_blob_is_404(client: TestClient, project: str) -> None:
    upload(client, project)
    image = first_image(client, project)
    get_storage().delete_all([image_key(image["sha256"]), thumbnail_key(image["sha256"])])
    for view in ("content", "thumbnail"):
        assert client.get(f"{API}/images/{image['id']}/{view}").status_code == 404


def test_an_image_folder_is_exported(client: TestClient, project: str) -> None:
    images = upload(client, project, 3)
    category = client.get(f"{API}/projects/{project}").json()["categories"][0]["id"]
    for image in images[:2]:
        client.put(f"{API}/images/{image['id']}/annotation", json={"category_id": category})
    answer = client.get(f"{API}/projects/{project}/export?format=imagefolder")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.testzip() is None
        stored = {archive.read(name) for name in archive.namelist() if name.startswith("train/cat/")}
    assert stored == {png(0), png(1)}


def test_a_store_that_is_away_is_503_and_the_upload_can_be_sent_again(
    own_s3_server: S3Server, use_bucket: UseBucket, client: TestClient
) -> None:
    bucket = use_bucket(own_s3_server)
    project = new_project(client)
    upload(client, project)
    path = f"{API}/images/{first_image(client, project)['id']}"
    assert client.get("/ready").json()["checks"]["storage"] is True
    own_s3_server.stop()
    export = f"{API}/projects/{project}/export?format=csv"
    asked = [client.get(f"{path}/content"), client.get(export), send(client, project, {"b.png": png(2)})]
    for answer in asked:
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert answer.headers["content-type"] == "application/problem+json"
    ready = client.get("/ready")
    assert (ready.status_code, ready.json()["checks"]["storage"]) == (503, False)
    assert client.get(path).is_success, "what needs no blob goes on"
    own_s3_server.start()
    own_s3_server.new_bucket(bucket)
    assert client.get(f"{path}/content").status_code == 404, "this server forgets what it had"
    assert send(client, project, {"b.png": png(2)}).json()["created"] == 1


def test_wrong_credentials_are_not_ready_and_the_log_says_why(
    own_s3_server: S3Server,
    use_bucket: UseBucket,
    anonymous: TestClient,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    use_bucket(own_s3_server)
    own_s3_server.require_credentials()
    ready = anonymous.get("/ready")
    assert (ready.status_code, ready.json()["checks"]["storage"]) == (503, False)
    captured = capfd.readouterr()
    said = captured.out + captured.err + caplog.text + ready.text
    assert "InvalidAccessKeyId" in said
    assert ACCESS_KEY not in said
    assert SECRET_KEY not in said
