"""Copies of images that are made on demand: display renditions, and those of an earlier rule."""

import asyncio
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from app.core.storage import get_storage
from app.core.storage.keys import (
    RENDERING,
    RENDITION_KEYS,
    display_key,
    earlier_thumbnail_key,
    earlier_whole_key,
    image_key,
    thumbnail_key,
    whole_key,
)
from app.images import remaking
from tests.app.images.files import encoded, new_project, picture, png, send
from tests.app.images.pictures import CASES, red_is_blue


def sent(client: TestClient, content: bytes) -> dict[str, Any]:
    """Return an image of a new project."""
    project = new_project(client)
    assert send(client, project, {"a": content}).json()["created"] == 1
    image: dict[str, Any] = client.get(f"/api/v1/projects/{project}/images").json()["items"][0]
    return image


def from_an_earlier_version(image: dict[str, Any], whole: bytes | None) -> None:
    """Leave only what the first rendering made of an image: a black thumbnail, and a copy or none."""
    sha256, storage = image["sha256"], get_storage()
    storage.delete_all([key(sha256) for key in RENDITION_KEYS])
    storage.put(earlier_thumbnail_key(sha256), encoded(Image.new("RGB", (160, 80)), "WEBP"))
    if whole:
        storage.put(earlier_whole_key(sha256), whole)


def view(client: TestClient, image: dict[str, Any], name: str) -> Image.Image:
    answer = client.get(f"/api/v1/images/{image['id']}/{name}")
    assert answer.status_code == 200
    return Image.open(io.BytesIO(answer.content)).convert("L")


@pytest.mark.parametrize("case", ["12 bits in a PNG of 16", "thermal TIFF"])
@pytest.mark.parametrize("first", ["content", "display", "thumbnail"])
def test_copies_by_the_earlier_rule_are_made_again(client: TestClient, case: str, first: str) -> None:
    image = sent(client, CASES[case]())
    black = encoded(Image.new("RGB", (256, 128)), "JPEG")
    from_an_earlier_version(image, black if image["format"] == "TIFF" else None)
    for name in (first, "content", "display", "thumbnail"):
        assert np.asarray(view(client, image, name)).mean() == pytest.approx(127.5, abs=3)
    stored = get_storage()
    assert not stored.exists(earlier_thumbnail_key(image["sha256"]))
    assert not stored.exists(earlier_whole_key(image["sha256"]))
    assert stored.exists(thumbnail_key(image["sha256"]))


@pytest.mark.parametrize("profile", [None, red_is_blue()], ids=["without a profile", "of another space"])
@pytest.mark.parametrize("first", ["content", "thumbnail"])
def test_photos_get_the_thumbnail_of_the_present_rule(
    client: TestClient, profile: bytes | None, first: str
) -> None:
    image = sent(client, encoded(picture(300, 200), "JPEG", icc_profile=profile))
    thumbnail = get_storage().read(thumbnail_key(image["sha256"]))
    from_an_earlier_version(image, None)
    for name in (first, "thumbnail"):
        assert np.asarray(view(client, image, name)).max() > 0
    assert get_storage().read(thumbnail_key(image["sha256"])) == thumbnail
    assert not get_storage().exists(earlier_thumbnail_key(image["sha256"]))
    assert client.get(f"/api/v1/images/{image['id']}/content").headers["etag"] == f'"{image["sha256"]}"'


def test_a_photo_that_cannot_be_decoded_any_more_keeps_what_it_has(client: TestClient) -> None:
    image = sent(client, encoded(picture(300, 200), "JPEG"))
    from_an_earlier_version(image, None)
    get_storage().put(image_key(image["sha256"]), b"\xff\xd8 no photo")
    assert np.asarray(view(client, image, "thumbnail")).max() == 0


def test_lost_copies_are_made_again(client: TestClient) -> None:
    image = sent(client, encoded(picture(300, 200), "TIFF"))
    get_storage().delete_all([thumbnail_key(image["sha256"])])
    assert view(client, image, "thumbnail").size == (160, 107)
    get_storage().delete_all([whole_key(image["sha256"])])
    assert view(client, image, "content").size == (300, 200)


def noise(width: int, height: int) -> Image.Image:
    values = np.random.default_rng(0).integers(0, 256, (height, width, 3))
    return Image.fromarray(values.astype("u1"))


def test_a_large_photo_is_shown_at_1600_pixels_and_whole_on_demand(client: TestClient) -> None:
    photo = encoded(noise(2400, 1800), "JPEG", quality=90)
    image = sent(client, photo)
    assert not get_storage().exists(display_key(image["sha256"])), "few images are ever looked at"
    answer = client.get(f"/api/v1/images/{image['id']}/display")
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert len(answer.content) < len(photo) / 2
    assert Image.open(io.BytesIO(answer.content)).size == (1600, 1200)
    assert get_storage().exists(display_key(image["sha256"]))
    again = client.get(
        f"/api/v1/images/{image['id']}/display", headers={"If-None-Match": answer.headers["etag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"/api/v1/images/{image['id']}/content").content == photo
    client.delete(f"/api/v1/images/{image['id']}")
    assert not get_storage().exists(display_key(image["sha256"]))


def test_a_light_image_is_its_own_display_rendition(client: TestClient) -> None:
    image = sent(client, png())
    assert client.get(f"/api/v1/images/{image['id']}/display").content == png()
    assert not get_storage().exists(display_key(image["sha256"]))


def test_a_rotated_photo_is_upright_in_its_display_rendition(client: TestClient) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    image = sent(client, encoded(noise(2400, 1200), "JPEG", exif=exif))
    assert view(client, image, "display").size == (800, 1600)


def test_few_renditions_are_made_at_a_time(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    project = new_project(client)
    photos = {f"{seed}.jpg": encoded(picture(1700, 20, seed), "JPEG") for seed in range(8)}
    assert send(client, project, photos).json()["created"] == 8
    items = client.get(f"/api/v1/projects/{project}/images").json()["items"]
    at_once, most, make = [0], [0], remaking._make

    def counted(sha256: str, display: bool) -> None:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        make(sha256, display)
        at_once[0] -= 1

    monkeypatch.setattr(remaking, "_make", counted)

    async def ask_for_all() -> None:
        await asyncio.gather(*(remaking.make(item["sha256"], display=True) for item in items))

    asyncio.run(ask_for_all())
    assert 1 <= most[0] <= remaking.AT_ONCE
    assert all(get_storage().exists(display_key(item["sha256"])) for item in items)


def test_pages_ask_for_the_rendering_of_this_version() -> None:
    urls = Path(__file__).parents[3] / "frontend/src/lib/images/urls.ts"
    assert f"export const RENDERING = {RENDERING};" in urls.read_text(), "browsers keep images for a year"


def test_no_copy_stays_of_an_image_that_was_deleted_meanwhile(client: TestClient) -> None:
    image = sent(client, encoded(noise(1700, 20), "JPEG"))
    get_storage().delete_all([image_key(image["sha256"])])
    assert client.get(f"/api/v1/images/{image['id']}/display").status_code == 404
    assert not get_storage().exists(display_key(image["sha256"]))
