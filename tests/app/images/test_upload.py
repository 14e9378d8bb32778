"""What becomes of files that people send (hazards T5, T8, T9, T22, T23, T24, T26)."""

import time
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.core.storage import get_storage
from app.core.storage import local as storage_module
from app.core.storage.keys import image_key, thumbnail_key
from tests.app.images.files import encoded, huge_png, new_project, picture, png, rotated_jpeg, send


@pytest.fixture
def project(client: TestClient) -> str:
    return new_project(client)


def names(client: TestClient, project: str) -> list[str]:
    items = client.get(f"/api/v1/projects/{project}/images").json()["items"]
    return [item["filename"] for item in items]


def test_stores_each_image_once(client: TestClient, project: str) -> None:
    answer = send(client, project, {"a.png": png(1), "again.png": png(1), "b.png": png(2)})
    assert answer.status_code == 201
    nothing: dict[str, Any] = {"rejected": [], "labelled": 0, "unlabelled": [], "conflicts": []}
    assert answer.json() == {"created": 2, "duplicates": 1} | nothing
    assert send(client, project, {"c.png": png(2)}, "test").json()["duplicates"] == 1
    assert names(client, project) == ["a.png", "b.png"]
    image = client.get(f"/api/v1/projects/{project}/images").json()["items"][0]
    assert (image["width"], image["height"], image["format"], image["split"]) == (24, 16, "PNG", "pool")
    assert get_storage().read(image_key(image["sha256"])) == png(1)
    assert get_storage().exists(thumbnail_key(image["sha256"]))


def test_two_projects_share_the_file_but_not_the_image(client: TestClient, project: str) -> None:
    other = new_project(client)
    assert send(client, project, {"a.png": png()}).json()["created"] == 1
    assert send(client, other, {"b.png": png()}).json()["created"] == 1
    assert (names(client, project), names(client, other)) == (["a.png"], ["b.png"])


@pytest.mark.parametrize(
    ("content", "size"),
    [
        (encoded(picture(), "JPEG"), (24, 16)),
        (encoded(picture(), "WEBP"), (24, 16)),
        (encoded(picture(), "BMP"), (24, 16)),
        (encoded(picture(), "TIFF", compression="tiff_lzw"), (24, 16)),
        (encoded(picture(), "GIF", save_all=True, append_images=[picture(seed=5)]), (24, 16)),
        (encoded(picture(mode="CMYK"), "JPEG"), (24, 16)),
        (encoded(picture(mode="I;16")), (24, 16)),
        (encoded(picture(mode="P")), (24, 16)),
        (encoded(picture(mode="LA")), (24, 16)),
        (encoded(picture(mode="1")), (24, 16)),
        (encoded(picture(mode="F"), "TIFF"), (24, 16)),
        (rotated_jpeg(), (16, 24)),
    ],
    ids=[
        "JPEG",
        "WebP",
        "BMP",
        "TIFF",
        "GIF",
        "CMYK",
        "16-bit",
        "palette",
        "grey-alpha",
        "1-bit",
        "float",
        "EXIF",
    ],
)
def test_takes_the_usual_formats_and_modes(
    client: TestClient, project: str, content: bytes, size: tuple[int, int]
) -> None:
    answer = send(client, project, {"picture": content}).json()
    assert (answer["created"], answer["rejected"]) == (1, [])
    image = client.get(f"/api/v1/projects/{project}/images").json()["items"][0]
    assert (image["width"], image["height"]) == size
    for view in ("content", "thumbnail"):
        shown = client.get(f"/api/v1/images/{image['id']}/{view}")
        assert (shown.status_code, shown.headers["content-type"].partition("/")[0]) == (200, "image")


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HOSTILE = {
    "empty.png": b"",
    "short.png": png()[:60],
    "short.jpg": encoded(picture(640, 480), "JPEG")[:1500],
    "page.html": b"<!doctype html><script>alert(1)</script>",
    "drawing.svg": SVG,
    "drawing.png": SVG,
    "fits.png": b"SIMPLE  =                    T" + b" " * 3000,
    "layers.png": b"8BPS\0\1" + b"\0" * 200,
    "print.png": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "huge.png": huge_png(),
    "script.jpg": b"\xff\xd8\xff\xe0" + b"A" * 500,
    "pickle.png": b"\x80\x04cos\nsystem\n(S'true'\ntR.",
}


def test_a_bad_file_is_named_with_a_reason_and_stops_nothing(client: TestClient, project: str) -> None:
    answer = send(client, project, {**HOSTILE, "good.png": png()})
    assert answer.status_code == 201
    assert answer.json()["created"] == 1
    rejected = {item["filename"]: item["reason"] for item in answer.json()["rejected"]}
    assert rejected.keys() == HOSTILE.keys()
    assert all(reason.endswith(".") and len(reason) < 90 for reason in rejected.values())
    assert rejected["empty.png"] == "The file is empty."
    assert "damaged" in rejected["short.png"]
    assert "million pixels" in rejected["huge.png"]
    assert names(client, project) == ["good.png"]
    stored = [path for path in get_storage().local_path("images").rglob("*") if path.is_file()]
    assert len(stored) == 1


def test_a_decompression_bomb_costs_no_time(client: TestClient, project: str) -> None:
    started = time.perf_counter()
    send(client, project, {"huge.png": huge_png()})
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.png", "passwd.png"),
        ("C:\\photos\\cat\\a.png", "a.png"),
        ("/cat/b.png", "b.png"),
        ("x\u202egnp.exe", "xgnp.exe"),
        ("a" * 4000 + ".png", "a" * 196 + ".png"),
        ("..", "image"),
    ],
)
def test_only_a_harmless_base_name_is_kept(client: TestClient, project: str, sent: str, kept: str) -> None:
    assert send(client, project, {sent: png()}).json()["created"] == 1
    assert names(client, project) == [kept]


def test_too_many_files_at_once_are_refused_whole(client: TestClient, project: str) -> None:
    answer = send(client, project, {f"{number}.png": png(number) for number in range(501)})
    assert answer.status_code == 413
    assert names(client, project) == []


def test_many_parts_or_fields_are_refused(client: TestClient, project: str) -> None:
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n1\r\n' % number for number in range(10_000)
    )
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    path = f"/api/v1/projects/{project}/images"
    assert client.post(path, content=body + b"--x--\r\n", headers=headers).status_code == 422
    assert client.post(path, content=b"nonsense", headers=headers).status_code == 422


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        ({"json": {"files": []}}, 415),
        ({"files": [("other", ("a.png", png(), "image/png"))]}, 422),
        ({"data": {"files": "text"}, "files": [("x", ("a.png", b"1", "image/png"))]}, 422),
        ({"files": [("files", ("a.png", png(), "image/png"))], "data": {"split": "train"}}, 422),
    ],
)
def test_an_upload_is_multipart_with_files_and_a_split(
    client: TestClient, project: str, arguments: dict[str, object], status: int
) -> None:
    answer = client.post(f"/api/v1/projects/{project}/images", **arguments)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert names(client, project) == []


def test_nobody_else_may_upload(anonymous: TestClient, project: str) -> None:
    assert send(anonymous, project, {"a.png": png()}).status_code == 401


def test_an_oversized_file_is_refused_alone(
    client: TestClient, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.core.config import get_settings  # noqa: PLC0415  (read after the environment is set)

    monkeypatch.setenv("EIGENLABEL_MAX_FILE_BYTES", "2000")
    get_settings.cache_clear()
    answer = send(client, project, {"big.png": png() + b"\0" * 2000, "small.png": png(1)}).json()
    assert (answer["created"], answer["rejected"][0]["filename"]) == (1, "big.png")


def test_an_image_of_another_project_is_as_much_work_as_a_new_one(
    client: TestClient, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Time would tell whether somebody else has the file."""
    send(client, new_project(client), {"a.png": png(1)})
    written: list[str] = []
    real = storage_module._Batch.put

    def put(self: storage_module._Batch, key: str, content: bytes) -> None:
        written.append(key)
        real(self, key, content)

    monkeypatch.setattr(storage_module._Batch, "put", put)
    send(client, project, {"new.png": png(2)})
    of_new = len(written)
    assert of_new > 0
    send(client, project, {"theirs.png": png(1)})
    assert len(written) == 2 * of_new
    send(client, project, {"own.png": png(1)})
    assert len(written) == 2 * of_new, "what the project has itself is no secret"
