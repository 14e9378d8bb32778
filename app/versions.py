"""`If-Match`: a change names the version that its author saw, so that nothing is overwritten unseen."""

from typing import Annotated

from fastapi import Header

from app.core.problems import Problem

IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", description="The version of the answer that is changed, in quotes."),
]


def expected_version(if_match: str | None) -> int | None:
    """Return the version in an `If-Match` header, None without one; 412 for one that names no version."""
    if if_match is None:
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Problem(412, "Send the version of the answer that you saw as If-Match.")
    return int(text)
