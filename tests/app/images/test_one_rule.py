"""People and the encoder see the same picture, whatever file it came in (ADR 19)."""

import io

import numpy as np
import pytest
from fastapi.testclient import TestClient
from numpy.typing import NDArray
from PIL import Image, ImageOps

from app.core.storage import get_storage
from app.core.storage.keys import image_key
from ml.images.dataset import read_image
from ml.images.transforms import load_pixels, resize_and_crop
from tests.app.images.files import encoded, new_project, picture, send
from tests.app.images.pictures import CASES, RAMPS, on_clear, red_is_blue

SIZE = 32
CLOSE = 5.0


def shown(client: TestClient, content: bytes) -> tuple[dict[str, Image.Image], str]:
    """Return what the service shows of a file that it is sent, and where the encoder reads it."""
    project = new_project(client)
    answer = send(client, project, {"a": content}).json()
    assert (answer["created"], answer["rejected"]) == (1, [])
    (image,) = client.get(f"/api/v1/projects/{project}/images").json()["items"]
    views = {}
    for view in ("content", "display", "thumbnail"):
        got = client.get(f"/api/v1/images/{image['id']}/{view}")
        assert got.status_code == 200
        assert got.headers["content-type"] in {"image/jpeg", "image/png", "image/webp", "image/avif"}
        as_browsers_turn_it = ImageOps.exif_transpose(Image.open(io.BytesIO(got.content)))
        views[view] = as_browsers_turn_it.convert("RGB")
    assert views["content"].size == (image["width"], image["height"])
    return views, str(get_storage().local_path(image_key(image["sha256"])))


def as_seen(image: Image.Image) -> NDArray[np.float64]:
    return np.asarray(resize_and_crop(image, SIZE)).astype(np.float64)


@pytest.mark.parametrize("case", CASES)
def test_viewer_thumbnail_and_encoder_see_the_same(client: TestClient, case: str) -> None:
    views, path = shown(client, CASES[case]())
    encoder = load_pixels(path, SIZE).astype(np.float64)
    for view in ("display", "thumbnail"):
        assert np.abs(as_seen(views[view]) - encoder).mean() < CLOSE, view
    if case in RAMPS:
        grey = np.asarray(read_image(path).convert("L")).astype(np.float64)
        assert (grey.min(), grey.max()) == (0, 255)
        assert grey.mean() == pytest.approx(127.5, abs=3)


def test_what_is_alone_on_nothing_is_seen(client: TestClient) -> None:
    for colour in ("white", "black"):
        views, path = shown(client, encoded(on_clear(colour)))
        for image in (*views.values(), read_image(path)):
            middle, edge = (np.asarray(image.resize((9, 9)))[at, at].astype(int) for at in (4, 0))
            assert np.abs(middle - edge).min() > 200


def test_black_and_white_on_nothing_lie_on_grey(client: TestClient) -> None:
    layer = on_clear("white")
    layer.paste("black", (60, 60, 100, 140))
    _, path = shown(client, encoded(layer))
    assert read_image(path).getpixel((0, 0)) == (128, 128, 128)


def test_hues_of_deep_colours_stay(client: TestClient) -> None:
    _, path = shown(client, CASES["16-bit colours"]())
    red, green, blue = np.moveaxis(np.asarray(read_image(path)).astype(int), -1, 0)
    assert blue.max() == 0
    assert np.abs(red + green - 255).max() <= 2


def test_colours_of_another_space_are_those_of_the_screen(client: TestClient) -> None:
    views, path = shown(client, encoded(picture(200, 100), icc_profile=red_is_blue()))
    for image in (views["thumbnail"].resize((200, 100)), read_image(path)):
        red, green, blue = np.asarray(image)[10, 10].astype(int)
        assert blue > 200
        assert max(red, green) < 60
