"""An upload whose connection breaks off."""

import asyncio
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.app.images.files import new_project

PART = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\nhalf of an im'


def test_a_broken_off_upload_is_no_error_of_the_service(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    project = new_project(client)
    token = client.headers["authorization"].encode()
    headers = [(b"host", b"testserver"), (b"authorization", token), (b"content-length", b"5000")]
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": f"/api/v1/projects/{project}/images",
        "query_string": b"",
        "headers": [*headers, (b"content-type", b"multipart/form-data; boundary=x")],
        "client": ("192.0.2.1", 50000),
        "server": ("testserver", 80),
        "scheme": "http",
        "http_version": "1.1",
    }
    coming = iter([{"type": "http.request", "body": PART, "more_body": True}])
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return next(coming, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(client.app(scope, receive, send))  # type: ignore[arg-type]  # it used to raise
    assert sent[0]["status"] == 400
    assert not [record for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}]
    assert client.get(f"/api/v1/projects/{project}/images").json()["items"] == []
