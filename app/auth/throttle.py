"""Slowing down password guessing without locking the owner of the account out."""

from collections.abc import Callable
from functools import lru_cache

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from app.errors import Problem

# failures of one name from one address; and of one address over all names
LIMITS: list[tuple[RateLimitItem, Callable[[str, str], tuple[str, ...]]]] = [
    (parse("10/minute"), lambda name, address: ("account", name.casefold(), address)),
    (parse("60/minute"), lambda _name, address: ("address", address)),
]


@lru_cache
def get_limiter() -> MovingWindowRateLimiter:
    """Return the failure counter of this process."""
    return MovingWindowRateLimiter(MemoryStorage())


def require_calm(name: str, address: str) -> None:
    """Raise 429 where `address` has failed too often within the last minute, for `name` or altogether."""
    for limit, identify in LIMITS:
        if not get_limiter().test(limit, *identify(name, address)):
            raise Problem(429, "Too many failed sign-ins. Wait a minute.", headers={"Retry-After": "60"})


def record_failure(name: str, address: str) -> None:
    """Count one failed sign-in."""
    for limit, identify in LIMITS:
        get_limiter().hit(limit, *identify(name, address))
