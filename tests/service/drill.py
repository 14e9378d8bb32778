"""A restore drill: people label, images and projects come and go, and a backup is taken meanwhile."""

import hashlib
import io
import itertools
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from PIL import Image

from tests.service.oracle import Oracle, digit_of
from tests.service.service import Service, wait_until

FEW = (4, 1)
"""Images of a digit in the pool and to test with: enough for what a round of two steps asks about."""


@dataclass
class Drill:
    """A round that several people label; `acknowledged` are the labels that the service has confirmed."""

    oracle: Oracle
    round_id: str
    categories: dict[str, str]
    acknowledged: dict[str, str] = field(default_factory=dict)
    over: threading.Event = field(default_factory=threading.Event)

    def label(self, api: httpx.Client) -> None:
        """Label slowly what is handed out until it is `over`."""
        while not self.over.wait(0.2):
            leased = api.post(f"/rounds/{self.round_id}/leases", json={"count": 1}).json()
            for item in leased["items"]:
                body = {"category_id": self.categories[digit_of(item["image"]["filename"])]}
                answer = api.put(f"/queries/{item['query_id']}/annotation", json=body)
                if answer.is_success:
                    self.acknowledged[item["query_id"]] = body["category_id"]

    def come_and_go(self, api: httpx.Client) -> None:
        """Make a project, fill it, and delete it with all its blobs, until it is `over`."""
        for number in itertools.count():
            if self.over.wait(0.2):
                return
            made = api.post("/projects", json={"name": f"passing {number}", "categories": []}).json()["id"]
            files = [("files", (f"{shade}.png", _picture(number, shade))) for shade in range(20)]
            assert api.post(f"/projects/{made}/images", files=files, data={"split": "pool"}).is_success
            assert api.delete(f"/projects/{made}").is_success

    @contextmanager
    def going_on(self, clients: list[httpx.Client]) -> Iterator[None]:
        """Have one person label by each client during the block, and projects come and go."""
        with ThreadPoolExecutor(len(clients) + 1) as people:
            working = [people.submit(self.label, api) for api in clients]
            working.append(people.submit(self.come_and_go, clients[0]))
            try:
                yield
            finally:
                self.over.set()
            for each in working:
                each.result(60)

    def labels(self) -> dict[str, str]:
        """Return the labels that stand in the round, by query; fails where one is there twice."""
        items = self.oracle.items(f"/rounds/{self.round_id}/my-annotations")
        twice = [query for query, count in Counter(item["query_id"] for item in items).items() if count > 1]
        assert not twice
        return {item["query_id"]: item["category_id"] for item in items}


def _picture(number: int, shade: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (30, 30), (number % 256, shade, 7)).save(buffer, "PNG")
    return buffer.getvalue()


def prepare(oracle: Oracle, digits: Path) -> Drill:
    """Return a drill on a new project whose round has come to its first labels."""
    oracle.new_collection(digits)
    encoder = oracle.bundled_encoder()
    oracle.give_indicators()
    started = oracle.start_round(encoder, [1, 1])
    drill = Drill(oracle, started["id"], oracle.categories())
    wait_until(lambda: state_of(drill)["state"] == "labelling", 120)
    return drill


def state_of(drill: Drill) -> dict[str, Any]:
    """Return the round."""
    return dict(drill.oracle.call("GET", f"/rounds/{drill.round_id}"))


def image_hashes(oracle: Oracle) -> dict[str, str]:
    """Return the sha256 of what every image of the project is sent as, by id."""
    images = oracle.items(f"/projects/{oracle.project}/images")
    contents = {image["id"]: oracle.api.get(f"/images/{image['id']}/content").content for image in images}
    return {key: hashlib.sha256(content).hexdigest() for key, content in contents.items()}


def back_up_under_load(
    drill: Drill, service: Service, clients: list[httpx.Client], backup: Path
) -> dict[str, str]:
    """Take a backup while people label; returns the labels that were acknowledged before it began."""
    with drill.going_on(clients):
        wait_until(lambda: len(drill.acknowledged) >= 4, 60)
        before = dict(drill.acknowledged)
        service.run("backup", str(backup))
        at_the_end = len(drill.acknowledged)
        time.sleep(0.5)
    assert at_the_end > len(before), "nobody labelled meanwhile"
    service.run("verify", str(backup))
    return before


def check_restored(drill: Drill, service: Service, before: dict[str, str], hashes: dict[str, str]) -> None:
    """Check that what was acknowledged before the backup is there, and that the round finishes."""
    service.run("verify")
    labels = drill.labels()
    assert before.items() <= labels.items()
    assert all(drill.acknowledged.get(query, label) == label for query, label in labels.items())
    assert image_hashes(drill.oracle) == hashes
    drill.oracle.play(drill.round_id, seconds=400)
    finished = state_of(drill)
    assert (finished["state"], finished["labelled"], finished["budget"]) == ("done", 20, 20)
    assert len(drill.labels()) == 20
    jobs = drill.oracle.items("/jobs", project=drill.oracle.project)
    assert {job["state"] for job in jobs} == {"done"}
