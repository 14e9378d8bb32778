"""Labelling without Redis, and jobs that survive what it forgets (hazards T34, T35)."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from redis import Redis

from tests.servers.ports import answers
from tests.service.oracle import Oracle, digit_of
from tests.service.service import wait_until
from tests.stack.stack import Stack
from tests.stack.test_stack import jobs_of, start_round

pytestmark = pytest.mark.alone
COMEBACK_SECONDS = 10
"""Within so much of Redis's return, what was asked for without it has to be running."""


@contextmanager
def without_redis(stack: Stack) -> Iterator[None]:
    """Have Redis killed, and its restarts fail, during the block; it answers again afterwards."""
    place, port = stack.topology.redis_directory, stack.topology.redis_port
    (pid,) = stack.redis_pids()
    away = place.rename(place.with_suffix(".away"))
    os.kill(pid, signal.SIGKILL)
    try:
        wait_until(lambda: not answers(port), 10)
        yield
    finally:
        away.rename(place)
        wait_until(lambda: answers(port), 60)


def test_a_step_is_labelled_without_redis_and_its_job_runs_as_soon_as_that_is_back(
    stack: Stack, oracles: list[Oracle]
) -> None:
    started = start_round(oracles)
    first, second = oracles
    wait_until(lambda: first.call("GET", f"/rounds/{started['id']}")["state"] == "labelling", 120)
    categories, slowest = first.categories(), 0.0
    with without_redis(stack):
        leased = second.call("POST", f"/rounds/{started['id']}/leases", json={"count": 10})["items"]
        assert len(leased) == 10
        for number, item in enumerate(leased):
            body, began = {"category_id": categories[digit_of(item["image"]["filename"])]}, time.monotonic()
            oracles[number % 2].call("PUT", f"/queries/{item['query_id']}/annotation", json=body)
            slowest = max(slowest, time.monotonic() - began)
        (advance,) = (job for job in jobs_of(first) if job["kind"] == "round_advance")
        assert advance["state"] == "queued"
    wait_until(lambda: first.call("GET", f"/jobs/{advance['id']}")["state"] != "queued", COMEBACK_SECONDS)
    first.play(started["id"])
    finished = first.call("GET", f"/rounds/{started['id']}")
    assert (finished["state"], finished["labelled"]) == ("done", 20)
    assert slowest < 3, "a label waited for Redis"


def test_every_job_ends_though_redis_forgets_its_messages(stack: Stack, oracles: list[Oracle]) -> None:
    source = {"kind": "folder", "path": str(stack.import_root / "pool")}
    with Redis(port=stack.topology.redis_port) as connection:
        jobs = []
        for _ in range(6):
            body = {"source": source, "split": "pool"}
            jobs.append(oracles[0].call("POST", f"/projects/{oracles[0].project}/imports", json=body))
            connection.flushall()
    for job in jobs:
        assert oracles[1].done(job["id"])["attempts"] == 1
