"""Errors that a full disk is behind, whoever says so and however."""

import errno
import sqlite3

import psycopg
import pytest
from safetensors import SafetensorError
from sqlalchemy.exc import OperationalError

from app.core.disk import is_full


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)"),
        OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full")),
        OperationalError("INSERT", {}, psycopg.errors.DiskFull("could not extend file")),
    ],
)
def test_no_room(error: Exception) -> None:
    assert is_full(error)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.EACCES, "Permission denied"),
        ValueError("odd"),
        OperationalError("INSERT", {"name": "disk is full"}, sqlite3.OperationalError("database is locked")),
    ],
)
def test_another_fault(error: Exception) -> None:
    assert not is_full(error)
