"""Browsing, showing and deleting images (hazard T8)."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from PIL import Image as PillowImage

from app.core.database import write_session
from app.core.models import Encoder, Image, Round
from app.core.storage import get_storage
from app.core.storage.keys import image_key, thumbnail_key, whole_key
from tests.app.images.files import encoded, new_project, picture, png, rotated_jpeg, send, upload

SignIn = Callable[..., TestClient]


@pytest.fixture
def project(client: TestClient) -> str:
    return new_project(client, "cat", "dog")


def found(client: TestClient, project: str, **filters: str) -> list[str]:
    answer = client.get(f"/api/v1/projects/{project}/images", params=filters)
    assert answer.status_code == 200
    return [item["filename"] for item in answer.json()["items"]]


def test_finds_images_by_split_state_and_category(client: TestClient, project: str) -> None:
    categories = client.get(f"/api/v1/projects/{project}").json()["categories"]
    cat, dog = (category["id"] for category in categories)
    pool = upload(client, project, 4)
    upload(client, project, 1, split="test")
    for image, category in ((pool[0], cat), (pool[1], dog)):
        client.put(f"/api/v1/images/{image['id']}/annotation", json={"category_id": category})
    with write_session() as session:
        session.get_one(Image, pool[2]["id"]).excluded = "broken"
    assert found(client, project, split="pool") == ["0.png", "1.png", "2.png", "3.png"]
    assert found(client, project, split="test") == ["0.png"]
    assert found(client, project, state="labelled") == ["0.png", "1.png"]
    assert found(client, project, state="indicator", category=dog) == ["1.png"]
    assert found(client, project, state="unlabelled", split="pool") == ["3.png"]
    assert found(client, project, state="excluded") == ["2.png"]
    assert found(client, project, category="unknown") == []


@pytest.mark.parametrize("query", ["state=nothing", "split=train", "limit=0", "limit=501", "cursor=x"])
def test_refuses_filters_that_it_does_not_know(client: TestClient, project: str, query: str) -> None:
    assert client.get(f"/api/v1/projects/{project}/images?{query}").status_code == 422


def test_pages_hold_every_image_once(client: TestClient, project: str) -> None:
    upload(client, project, 7)
    path, seen, cursor = f"/api/v1/projects/{project}/images", [], None
    while True:
        page = client.get(path, params={"limit": 3} | ({"cursor": cursor} if cursor else {})).json()
        seen += [item["filename"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [f"{number}.png" for number in range(7)]


def test_shows_the_image_cached_and_inert(client: TestClient, project: str) -> None:
    polyglot = png() + b"<!doctype html><script>alert(1)</script>"
    send(client, project, {"page.html": polyglot})
    image = client.get(f"/api/v1/projects/{project}/images").json()["items"][0]
    path = f"/api/v1/images/{image['id']}"
    for view, media_type in (("content", "image/png"), ("thumbnail", "image/webp")):
        answer = client.get(f"{path}/{view}")
        headers = answer.headers
        assert headers["content-type"] == media_type
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"] == "default-src 'none'; sandbox"
        assert "private" in headers["cache-control"]
        again = client.get(f"{path}/{view}", headers={"If-None-Match": headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"{path}/content").content == polyglot
    assert client.get(path).json() == image


@pytest.mark.parametrize(
    "content",
    [
        encoded(picture(), "TIFF"),
        encoded(picture(mode="CMYK"), "JPEG"),
        encoded(picture(), "GIF", save_all=True, append_images=[picture(seed=3)]),
    ],
    ids=["TIFF", "CMYK", "GIF"],
)
def test_shows_a_copy_of_what_browsers_cannot_show(client: TestClient, project: str, content: bytes) -> None:
    send(client, project, {"a": content})
    image = client.get(f"/api/v1/projects/{project}/images").json()["items"][0]
    shown = client.get(f"/api/v1/images/{image['id']}/content")
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.content[:2] == b"\xff\xd8"
    assert get_storage().read(image_key(image["sha256"])) == content


def test_a_thumbnail_is_upright(client: TestClient, project: str) -> None:
    send(client, project, {"a.jpg": rotated_jpeg()})
    image = client.get(f"/api/v1/projects/{project}/images").json()["items"][0]
    path = get_storage().local_path(thumbnail_key(image["sha256"]))
    with PillowImage.open(path) as small:
        assert small.height > small.width


def test_ranges_are_served_and_nonsense_ones_refused(client: TestClient, project: str) -> None:
    image = upload(client, project)[0]
    path = f"/api/v1/images/{image['id']}/content"
    part = client.get(path, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.content) == (206, png()[:4])
    many = "bytes=" + ",".join(f"{start}-{start}" for start in range(0, 20_000, 2))
    assert client.get(path, headers={"Range": many}).status_code < 500


def test_a_deleted_image_is_gone_with_its_blobs(client: TestClient, project: str) -> None:
    send(client, project, {"a.tif": encoded(picture(), "TIFF")})
    image = client.get(f"/api/v1/projects/{project}/images").json()["items"][0]
    keys = [make(image["sha256"]) for make in (image_key, thumbnail_key, whole_key)]
    assert all(map(get_storage().exists, keys))
    assert client.delete(f"/api/v1/images/{image['id']}").status_code == 204
    assert client.get(f"/api/v1/images/{image['id']}").status_code == 404
    assert not any(map(get_storage().exists, keys))
    assert send(client, project, {"a.tif": encoded(picture(), "TIFF")}).json()["created"] == 1


def test_a_blob_that_another_project_needs_stays(client: TestClient, project: str) -> None:
    other = new_project(client)
    image, shared = upload(client, project)[0], upload(client, other)[0]
    client.delete(f"/api/v1/images/{image['id']}")
    assert client.get(f"/api/v1/images/{shared['id']}/content").content == png()


def test_no_image_of_the_pool_goes_while_a_round_runs(client: TestClient, project: str) -> None:
    image = upload(client, project)[0]
    test_image = upload(client, project, split="test")[0]
    with write_session() as session:
        encoder = Encoder(project_id=project, name="e", kind="bundled", config={})
        session.add(encoder)
        session.flush()
        session.add(Round(project_id=project, number=1, encoder_id=encoder.id, config={}, budget=1))
    assert client.delete(f"/api/v1/images/{image['id']}").status_code == 409
    assert client.delete(f"/api/v1/images/{test_image['id']}").status_code == 204


def test_an_annotator_looks_but_does_not_change(client: TestClient, project: str, sign_in: SignIn) -> None:
    image, otto = upload(client, project)[0], sign_in("otto")
    client.put(f"/api/v1/projects/{project}/members", json={"name": "otto", "role": "annotator"})
    assert otto.get(f"/api/v1/images/{image['id']}/content").status_code == 200
    assert send(otto, project, {"b.png": png(9)}).status_code == 403
    assert otto.delete(f"/api/v1/images/{image['id']}").status_code == 403
