"""The throttle over several api processes: they count in the broker's Redis, and go on without it."""

import time
from collections.abc import Iterator

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from tests.app.api_process import api_process
from tests.servers.redis import Redis

pytestmark = pytest.mark.only("postgresql", "SQLite has one api process")


def wrong_password(client: TestClient | httpx.Client) -> int:
    return client.post("/api/v1/sessions", json={"username": "olga", "password": "wrong"}).status_code


@pytest.fixture
def elsewhere(engine: Engine, redis: Redis) -> Iterator[httpx.Client]:
    """Return a client of another api process on the same database and Redis."""
    with api_process() as (_, port):
        yield httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30)


def test_guesses_at_one_process_count_at_the_other(elsewhere: httpx.Client, anonymous: TestClient) -> None:
    here = TestClient(anonymous.app, client=("127.0.0.1", 50000))
    assert [wrong_password(elsewhere) for _ in range(10)] == [401] * 10
    assert wrong_password(here) == 429
    assert wrong_password(TestClient(anonymous.app, client=("192.0.2.7", 50000))) == 401


def test_without_redis_each_process_counts_by_itself(redis: Redis, anonymous: TestClient) -> None:
    redis.stop()
    began = time.monotonic()
    assert [wrong_password(anonymous) for _ in range(11)] == [401] * 10 + [429]
    assert time.monotonic() - began < 8
