"""Slowing down password guessing without locking the owner of the account out."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import structlog
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.core.config import get_settings
from app.core.names import name_key
from app.errors import Problem

# failures of one name from one address; and of one address over all names
LIMITS: list[tuple[RateLimitItem, Callable[[str, str], tuple[str, ...]]]] = [
    (parse("10/minute"), lambda name, address: ("account", name_key(name), address)),
    (parse("60/minute"), lambda _name, address: ("address", address)),
]
REDIS_SECONDS = 0.5
PAUSE_SECONDS = 10.0
log = structlog.get_logger()


@dataclass
class Limiter:
    """Counts failures in Redis, which all api processes share, where there is one; and in this process.

    Both count, so that people can sign in, and guesses are still slowed down, while Redis does not answer.
    """

    own: MovingWindowRateLimiter
    shared: MovingWindowRateLimiter | None = None
    paused_until: float = field(default=0.0)

    def test(self, limit: RateLimitItem, *who: str) -> bool:
        """Return whether one more failure of `who` is within the limit."""
        return self.own.test(limit, *who) and self._ask(lambda shared: shared.test(limit, *who))

    def hit(self, limit: RateLimitItem, *who: str) -> None:
        """Count a failure of `who`."""
        self.own.hit(limit, *who)
        self._ask(lambda shared: shared.hit(limit, *who))

    def _ask(self, question: Callable[[MovingWindowRateLimiter], bool]) -> bool:
        if self.shared is None or time.monotonic() < self.paused_until:
            return True
        try:
            return question(self.shared)
        except StorageError as error:
            self.paused_until = time.monotonic() + PAUSE_SECONDS
            log.warning("throttle.unreachable", error=str(error.storage_error))
            return True


@lru_cache
def get_limiter() -> Limiter:
    """Return the failure counter of this process, shared through Redis where that is the broker."""
    own, url = MovingWindowRateLimiter(MemoryStorage()), get_settings().broker_url
    if not url.startswith(("redis://", "rediss://")):
        return Limiter(own)
    options: dict[str, Any] = {
        "socket_connect_timeout": REDIS_SECONDS,
        "socket_timeout": REDIS_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }
    return Limiter(own, MovingWindowRateLimiter(RedisStorage(url, wrap_exceptions=True, **options)))


def require_calm(name: str, address: str) -> None:
    """Raise 429 where `address` has failed too often within the last minute, for `name` or altogether."""
    for limit, identify in LIMITS:
        if not get_limiter().test(limit, *identify(name, address)):
            raise Problem(429, "Too many failed sign-ins. Wait a minute.", headers={"Retry-After": "60"})


def record_failure(name: str, address: str) -> None:
    """Count one failed sign-in."""
    for limit, identify in LIMITS:
        get_limiter().hit(limit, *identify(name, address))
