"""Answers and files of the build arrive compressed where that is safe, and as they are everywhere else."""

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.responses import JSONResponse, Response, StreamingResponse
from fastapi.testclient import TestClient

from app import spa
from app.core import error_handlers, web
from tests.app.images.files import new_project, png, send, upload

GZIP = {"Accept-Encoding": "gzip, deflate, br"}
PLAIN = {"Accept-Encoding": "identity"}


def raw(
    client: TestClient, path: str, headers: dict[str, str], method: str = "GET"
) -> tuple[Response, bytes]:
    """Return an answer with its bytes as they were sent."""
    with client.stream(method, path, headers=headers) as answer:
        return answer, b"".join(answer.iter_raw())  # type: ignore[return-value]


def test_long_lists_are_sent_as_gzip_and_say_what_they_depend_on(client: TestClient) -> None:
    project = new_project(client)
    upload(client, project, 20)
    path = f"/api/v1/projects/{project}/images"
    answer, body = raw(client, path, GZIP)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert int(answer.headers["content-length"]) == len(body)
    plain, whole = raw(client, path, PLAIN)
    assert gzip.decompress(body) == whole
    assert len(body) < len(whole) / 3
    assert "content-encoding" not in plain.headers
    assert plain.headers["vary"] == "Accept-Encoding"
    refused, _ = raw(client, path, {"Accept-Encoding": "gzip;q=0, identity"})
    assert "content-encoding" not in refused.headers


def test_images_ranges_and_short_answers_pass_as_they_are(client: TestClient) -> None:
    project = new_project(client)
    image = upload(client, project)[0]
    for path, headers in (
        (f"/api/v1/images/{image['id']}/content", {}),
        (f"/api/v1/images/{image['id']}/content", {"Range": "bytes=0-9"}),
        (f"/api/v1/images/{image['id']}/thumbnail", {}),
        ("/api/v1/me", {}),
    ):
        answer, _ = raw(client, path, GZIP | headers)
        assert "content-encoding" not in answer.headers, path
    many = send(client, project, {f"{n}.png": b"no image" for n in range(40)})
    assert len(many.content) > 2000
    assert "content-encoding" not in many.headers, "what answers a POST may hold a secret"
    assert png()


def test_what_is_sent_piece_by_piece_is_never_held_back() -> None:
    application = FastAPI()
    error_handlers.install(application)
    web.install(application)

    def pieces() -> Iterator[bytes]:
        yield b"[" + b"1," * 4000
        yield b"1]"

    @application.get("/stream")
    def stream() -> StreamingResponse:
        return StreamingResponse(pieces(), media_type="application/json")

    @application.get("/events")
    def events() -> StreamingResponse:
        return StreamingResponse(pieces(), media_type="text/event-stream")

    @application.get("/part")
    def part() -> Response:
        return Response(b"1" * 5000, 206, media_type="application/json")

    @application.get("/tagged")
    def tagged() -> Response:
        return JSONResponse(["a"] * 1000, headers={"ETag": '"abc"'})

    client = TestClient(application, base_url="http://localhost")
    for path in ("/stream", "/events", "/part"):
        answer, _ = raw(client, path, GZIP)
        assert "content-encoding" not in answer.headers, path
    answer, body = raw(client, "/tagged", GZIP)
    assert answer.headers["etag"] == 'W/"abc"', "the bytes are not those that the tag was made of"
    assert zlib.decompress(body, 31).startswith(b'["a"')


@pytest.fixture
def built(data_directory: Path, tmp_path: Path) -> TestClient:
    """Return a client of an application whose build holds a script with its compressed forms."""
    directory = tmp_path / "static"
    (directory / "_app" / "immutable").mkdir(parents=True)
    (directory / "index.html").write_text("<!doctype html>" + "<p>page</p>" * 200)
    script = directory / "_app" / "immutable" / "start.abc.js"
    script.write_text("plain")
    script.with_name("start.abc.js.br").write_bytes(b"brotli")
    script.with_name("start.abc.js.gz").write_bytes(b"gzip")
    (directory / "theme.js").write_text("1")
    application = FastAPI()
    error_handlers.install(application)
    spa.install(application, directory)
    web.install(application)
    return TestClient(application, base_url="http://localhost")


@pytest.mark.parametrize(
    ("accepted", "coding", "content"),
    [
        ("gzip, deflate, br, zstd", "br", b"brotli"),
        ("gzip", "gzip", b"gzip"),
        ("br;q=0, GZIP;q=0.5", "gzip", b"gzip"),
        ("identity", None, b"plain"),
    ],
)
def test_a_script_comes_compressed_as_the_client_takes_it(
    built: TestClient, accepted: str, coding: str | None, content: bytes
) -> None:
    path = "/_app/immutable/start.abc.js"
    for method in ("GET", "HEAD"):
        answer, body = raw(
            built,
            path,
            {"Accept-Encoding": accepted, "Range": "bytes=1-2"} if coding else {"Accept-Encoding": accepted},
            method,
        )
        assert answer.status_code == 200
        assert answer.headers.get("content-encoding") == coding
        assert answer.headers["content-type"].startswith("text/javascript")
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["vary"] == "Accept-Encoding"
        assert body == (content if method == "GET" else b"")
    again = built.get(path, headers={"Accept-Encoding": accepted, "If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_the_page_itself_is_compressed_and_what_has_no_other_form_is_not(built: TestClient) -> None:
    answer, body = raw(built, "/projects/1", GZIP | {"Accept": "text/html"})
    assert answer.headers["content-encoding"] == "gzip"
    assert b"<p>page</p>" in gzip.decompress(body)
    assert (
        built.get(
            "/projects/1", headers={"If-None-Match": answer.headers["etag"], "Accept": "text/html"}
        ).status_code
        == 304
    )
    assert "content-encoding" not in raw(built, "/theme.js", GZIP)[0].headers
