"""Opaque identifiers. Their order is good for indexes and says nothing of time (app/core/order.py)."""

import uuid_utils


def new_id() -> str:
    """Return a new version 7 UUID as 32 hexadecimal characters."""
    return uuid_utils.uuid7().hex
