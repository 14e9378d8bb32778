"""A multipart request whose body comes message by message, as the test says."""

import asyncio
from collections.abc import Iterator
from typing import Any

from fastapi.testclient import TestClient

PART = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\nhalf of an im'


def send_raw(client: TestClient, path: str, coming: Iterator[dict[str, Any]]) -> int:
    """Return the status of a request whose connection breaks off where `coming` ends."""
    token = client.headers["authorization"].encode()
    headers = [(b"host", b"testserver"), (b"authorization", token), (b"content-length", b"5000")]
    scope: dict[str, Any] = {
        "type": "http",
        "method": "POST",
        "path": path,
        "query_string": b"",
        "headers": [*headers, (b"content-type", b"multipart/form-data; boundary=x")],
        "client": ("192.0.2.1", 50000),
        "server": ("testserver", 80),
        "scheme": "http",
        "http_version": "1.1",
    }
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return next(coming, {"type": "http.disconnect"})

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(client.app(scope, receive, send))  # type: ignore[arg-type]
    return int(sent[0]["status"])
