"""Messages between us and a process that decodes images: a line of JSON, then the bytes whose sizes it gives.

Nothing is unpickled, for the other end works on files that anybody may have sent.
"""

import json
from collections.abc import Sequence
from io import BufferedRWPair
from typing import Any


def write_frame(stream: BufferedRWPair, about: dict[str, Any], parts: Sequence[bytes]) -> None:
    """Write one message."""
    line = json.dumps(about | {"sizes": [len(part) for part in parts]})
    stream.write(b"".join([line.encode(), b"\n", *parts]))
    stream.flush()


def read_frame(stream: BufferedRWPair) -> tuple[dict[str, Any], list[bytes]]:
    """Return the next message; EOFError where the other end has gone, ValueError where this is none."""
    line = stream.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    about: dict[str, Any] = json.loads(line)
    return about, [_exactly(stream, size) for size in about["sizes"]]


def _exactly(stream: BufferedRWPair, size: int) -> bytes:
    part = stream.read(size)
    if len(part) < size:
        raise EOFError
    return part
