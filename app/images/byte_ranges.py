"""The Range header (RFC 9110, section 14) of a request for a remote blob; Starlette sends local files."""

import re

from fastapi import Request

_RANGE = re.compile(r"bytes\s*=\s*(\d*)\s*-\s*(\d*)")


class UnsatisfiableRangeError(Exception):
    """None of the bytes that were asked for are there."""


def requested_range(request: Request, size: int, etag: str) -> tuple[int, int] | None:
    """Return (start, stop) of the one range that is asked for; None where the whole is to be sent.

    Several ranges at once, or a header that is not understood, are answered with the whole, as the RFC
    allows. `If-Range` asks for the whole where it names another version than `etag`.
    """
    found = _RANGE.fullmatch(request.headers.get("range", "").strip())
    if found is None or found.groups() == ("", "") or request.headers.get("if-range", etag) != etag:
        return None
    first, last = found.groups()
    if first and last and int(last) < int(first):
        return None
    start = int(first) if first else max(0, size - int(last))
    stop = min(size, int(last) + 1) if first and last else size
    if start >= stop:
        raise UnsatisfiableRangeError
    return start, stop
