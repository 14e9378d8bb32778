import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from app.auth import service
from app.core import security


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash with Argon2 at its cheapest, so that a hundred sign-ins take a second."""
    hasher = Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(security, "_passwords", PasswordHash((hasher,)))
    service._unknown_user_hash.cache_clear()
