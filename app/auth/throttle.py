"""Slowing down password guessing without locking the owner of the account out.

An attempt is counted before its password is looked at, and given back where it was right: of guesses that
come at once no more are answered than of guesses that come one by one.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import AddressValueError, IPv6Address, IPv6Network
from typing import Any

import structlog
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.core.addresses import plain_address
from app.core.config import get_settings
from app.core.names import name_key
from app.core.problems import Problem

# failures of one name from one client; and of one client over all names
LIMITS: list[tuple[RateLimitItem, Callable[[str, str], tuple[str, ...]]]] = [
    (parse("10/minute"), lambda name, client: ("account", name_key(name), client)),
    (parse("60/minute"), lambda _name, client: ("address", client)),
]
IPV6_PREFIX = 64
REDIS_SECONDS = 0.5
PAUSE_SECONDS = 10.0
_making = threading.Lock()
log = structlog.get_logger()


@dataclass
class Limiter:
    """Counts attempts in Redis, which all api processes share, where there is one; and in this process.

    Both count, so that people can sign in, and guesses are still slowed down, while Redis does not answer.
    """

    own: FixedWindowRateLimiter
    shared: FixedWindowRateLimiter | None = None
    paused_until: float = field(default=0.0)
    _counting: threading.Lock = field(
        default_factory=threading.Lock
    )  # the library's count loses some without

    def take(self, limit: RateLimitItem, *who: str) -> bool:
        """Count an attempt of `who` and return whether it is within the limit."""
        with self._counting:
            allowed = self.own.hit(limit, *who)
        return self._ask(lambda shared: shared.hit(limit, *who)) and allowed

    def give_back(self, limit: RateLimitItem, *who: str) -> None:
        """Count one attempt of `who` less, unless its minute is over."""
        with self._counting:
            _uncount(self.own, limit, who)
        self._ask(lambda shared: _uncount(shared, limit, who))

    def _ask(self, question: Callable[[FixedWindowRateLimiter], bool]) -> bool:
        if self.shared is None or time.monotonic() < self.paused_until:
            return True
        try:
            return question(self.shared)
        except StorageError as error:
            self.paused_until = time.monotonic() + PAUSE_SECONDS
            log.warning("throttle.unreachable", error=str(error.storage_error))
            return True


def _uncount(limiter: FixedWindowRateLimiter, limit: RateLimitItem, who: tuple[str, ...]) -> bool:
    key = limit.key_for(*who)
    if limiter.storage.get(key) > 0:
        limiter.storage.incr(key, limit.get_expiry(), amount=-1)
    return True


def get_limiter() -> Limiter:
    """Return the one counter of this process, shared through Redis where that is the broker."""
    with _making:  # requests that come at once would make one each
        return make_limiter()


@lru_cache
def make_limiter() -> Limiter:
    """Return what `get_limiter` returns; it is made at the first call."""
    own, url = FixedWindowRateLimiter(MemoryStorage()), get_settings().broker_url
    if not url.startswith(("redis://", "rediss://")):
        return Limiter(own)
    options: dict[str, Any] = {
        "socket_connect_timeout": REDIS_SECONDS,
        "socket_timeout": REDIS_SECONDS,
        "retry": Retry(NoBackoff(), 0),
    }
    return Limiter(own, FixedWindowRateLimiter(RedisStorage(url, wrap_exceptions=True, **options)))


def reserve(name: str, address: str) -> None:
    """Count an attempt to sign in; 429 where `address` made too many in a minute, for `name` or at all."""
    limiter, client = get_limiter(), client_of(address)
    for position, (limit, identify) in enumerate(LIMITS):
        if not limiter.take(limit, *identify(name, client)):
            for taken, who in LIMITS[: position + 1]:
                limiter.give_back(taken, *who(name, client))
            raise Problem(429, "Too many failed sign-ins. Wait a minute.", headers={"Retry-After": "60"})


def release(name: str, address: str) -> None:
    """Give back an attempt that was no wrong guess."""
    for limit, identify in LIMITS:
        get_limiter().give_back(limit, *identify(name, client_of(address)))


def client_of(address: str) -> str:
    """Return whom to count for `address`: itself, or the /64 that an IPv6 client may choose its own from.

    An IPv4 address counts as one, whether or not it is written as an IPv4-mapped one.
    """
    plain = plain_address(address)
    try:
        return str(IPv6Network((int(IPv6Address(plain)), IPV6_PREFIX), strict=False))
    except AddressValueError:
        return plain
