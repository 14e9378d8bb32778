"""The production topology at work, and with parts of it killed (hazards T46; invariants I2, I6)."""

import json
import os
import signal
import threading
from collections import Counter
from typing import Any

import httpx
import pytest

from tests.app.at_once import at_once
from tests.service.oracle import Oracle, digit_of
from tests.service.service import wait_until
from tests.stack.stack import Stack

pytestmark = pytest.mark.slow


def start_round(oracles: list[Oracle], image_size: int | None = None) -> dict[str, Any]:
    """Return a round of two steps of ten labels, prepared at one api process and started at the other."""
    encoder = oracles[0].bundled_encoder(image_size)
    oracles[0].give_indicators()
    return oracles[1].start_round(encoder, [1, 1])


def jobs_of(oracle: Oracle) -> list[dict[str, Any]]:
    """Return the jobs of the project."""
    return oracle.items("/jobs", project=oracle.project)


def labels_of(oracle: Oracle, round_id: str) -> dict[str, str]:
    """Return the standing labels of the signed-in user: category id by query id."""
    items = oracle.items(f"/rounds/{round_id}/my-annotations")
    labels = {item["query_id"]: item["category_id"] for item in items}
    assert len(labels) == len(items), "a label stands twice"
    return labels


class Listener(threading.Thread):
    """Reads a project's events from one api process until its round is done."""

    def __init__(self, oracle: Oracle) -> None:
        super().__init__(daemon=True)
        self.oracle, self.states = oracle, list[str]()

    def run(self) -> None:
        """Keep the states of the round as they come."""
        path = f"/projects/{self.oracle.project}/events"
        with self.oracle.api.stream("GET", path, timeout=120) as events:
            for line in events.iter_lines():
                found = json.loads(line[5:]).get("round") if line.startswith("data:") else None
                if found:
                    self.states.append(found["state"])
                    if found["state"] == "done":
                        return


def test_a_round_with_annotators_at_both_api_processes(stack: Stack, oracles: list[Oracle]) -> None:
    started = start_round(oracles)
    listeners = [Listener(oracle) for oracle in oracles]
    for listener in listeners:
        listener.start()
    at_once(lambda oracle=oracle: oracle.play(started["id"]) for oracle in oracles)
    finished = oracles[0].call("GET", f"/rounds/{started['id']}")
    assert (finished["state"], finished["labelled"], finished["budget"]) == ("done", 20, 20)
    assert len(labels_of(oracles[1], started["id"])) == 20
    for listener in listeners:
        listener.join(10)
        assert not listener.is_alive()
        assert {"done"} < set(listener.states)  # and at least one state on the way there
    jobs = jobs_of(oracles[0])
    assert Counter(job["kind"] for job in jobs)["round_advance"] == 2
    assert not (stack.data / "blobs" / "images").exists(), "every blob is in the bucket"
    assert {(job["state"], job["attempts"]) for job in jobs} == {("done", 1)}, "a job was run twice"


def test_an_api_process_and_a_worker_are_killed_and_no_label_is_lost(
    stack: Stack, oracles: list[Oracle]
) -> None:
    started = start_round(oracles, image_size=72)
    survivor, victim = oracles
    wait_until(lambda: survivor.call("GET", f"/rounds/{started['id']}")["state"] == "labelling", 120)
    categories = survivor.categories()
    acknowledged: dict[str, str] = {}

    def label(api: httpx.Client, most: int) -> None:
        while len(acknowledged) < most:
            leased = api.post(f"/rounds/{started['id']}/leases", json={"count": 1}).json()["items"]
            if not leased:
                return
            body = {"category_id": categories[digit_of(leased[0]["image"]["filename"])]}
            query_id = leased[0]["query_id"]
            if api.put(f"/queries/{query_id}/annotation", json=body).is_success:
                acknowledged[query_id] = body["category_id"]

    def label_until_killed() -> None:
        try:
            label(victim.api, 9)
        except httpx.TransportError:
            return

    annotator = threading.Thread(target=label_until_killed)
    annotator.start()
    wait_until(lambda: len(acknowledged) >= 4, 30)
    os.kill(stack.api_pid(1), signal.SIGKILL)
    annotator.join(30)
    label(survivor.api, 10)
    advance = lambda: next(job for job in jobs_of(survivor) if job["kind"] == "round_advance")  # noqa: E731
    wait_until(lambda: advance()["state"] != "queued", 60)
    for pid in stack.pids("worker.service.launch", "gpu"):
        os.kill(pid, signal.SIGKILL)
    assert acknowledged.items() <= labels_of(survivor, started["id"]).items()
    survivor.play(started["id"], seconds=180)
    finished = survivor.call("GET", f"/rounds/{started['id']}")
    assert (finished["state"], finished["labelled"]) == ("done", 20)
    assert acknowledged.items() <= labels_of(survivor, started["id"]).items()
    assert {job["state"] for job in jobs_of(survivor)} == {"done"}
    wait_until(stack.is_ready, 60)


def test_the_stack_ends_with_everything_it_started(stack: Stack) -> None:
    wait_until(lambda: len(stack.pids()) > 7, 60)
    assert stack.stop(signal.SIGINT) == 0
    wait_until(lambda: not stack.pids(), 10)
    stack.start_empty()
