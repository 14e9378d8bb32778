import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from app.core import web
from app.core.headers import SECURITY_HEADERS


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "testserver@evil.example", ""])
def test_a_foreign_host_is_refused(anonymous: TestClient, host: str) -> None:
    assert anonymous.get("/live", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["testserver", "testserver:8400", "TestServer"])
def test_an_allowed_host_is_served_on_any_port(anonymous: TestClient, host: str) -> None:
    assert anonymous.get("/live", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("path", ["/live", "/api/openapi.json", "/api/v1/nothing"])
def test_every_answer_carries_the_security_headers(anonymous: TestClient, path: str) -> None:
    headers = anonymous.get(path).headers
    assert {name: headers[name] for name in SECURITY_HEADERS} == SECURITY_HEADERS


def test_an_oversized_body_is_refused_with_or_without_a_length() -> None:
    application = FastAPI()

    @application.post("/")
    async def read(request: Request) -> int:
        return len(await request.body())

    application.add_middleware(web.SizeLimit, upload_bytes=web.JSON_BODY_BYTES * 2)
    client, body = TestClient(application), b"x" * (web.JSON_BODY_BYTES + 1)
    assert client.post("/", content=body).status_code == 413
    assert client.post("/", content=iter([body[:1000], body[1000:]])).status_code == 413
    assert client.post("/", content=body[1:]).json() == len(body) - 1
    assert client.post("/", content=body, headers={"Content-Type": "multipart/form-data"}).json() == len(body)


def test_oversized_headers_are_refused(anonymous: TestClient) -> None:
    assert anonymous.get("/live", headers={"X-Big": "x" * web.HEADER_BYTES}).status_code == 431
    assert anonymous.get("/live", headers={"X-Big": "x" * 10_000}).status_code == 200
