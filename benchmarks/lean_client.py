"""One keep-alive HTTP/1.1 connection and nothing else, so that the load generator is not what is measured."""

import asyncio
import json
from typing import Any


class LeanClient:
    """Sends JSON requests with a token, one at a time. It is no general client: answers need a length."""

    def __init__(self, host: str, port: int, token: str) -> None:
        self.host, self.port = host, port
        self.head = f"Host: {host}:{port}\r\nAuthorization: Bearer {token}\r\n"

    async def connect(self) -> None:
        """Open the connection."""
        self.reader, self.writer = await asyncio.open_connection(self.host, self.port, limit=2**24)

    def close(self) -> None:
        """Close the connection."""
        self.writer.close()

    async def send(self, method: str, path: str, body: Any = None, key: str = "") -> tuple[int, Any]:
        """Return (status, decoded JSON) of a request; `key` is sent as its Idempotency-Key."""
        content = json.dumps(body) if body is not None else ""
        head = f"{method} /api/v1{path} HTTP/1.1\r\n{self.head}Content-Length: {len(content)}\r\n"
        if content:
            head += "Content-Type: application/json\r\n"
        if key:
            head += f"Idempotency-Key: {key}\r\n"
        self.writer.write(f"{head}\r\n{content}".encode())
        answer = (await self.reader.readuntil(b"\r\n\r\n")).lower()
        start = answer.find(b"content-length:")
        length = int(answer[start + 15 : answer.index(b"\r\n", start)]) if start >= 0 else 0
        received = await self.reader.readexactly(length)
        return int(answer[9:12]), json.loads(received) if received else None
