"""Opaque identifiers that sort by creation time."""

import uuid_utils


def new_id() -> str:
    """Return a new version 7 UUID as 32 hexadecimal characters."""
    return uuid_utils.uuid7().hex
