"""Somebody who knows every digit of the demo, over HTTP."""

import time
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.service.oracle import DIGITS, Oracle
from tests.service.service import Service

MINUTES = 900
"""How long anything may take, in seconds: the machine may be busy."""


@dataclass
class Player:
    """`digits` says by image id what each image of the pool shows."""

    oracle: Oracle
    digits: dict[str, str]

    @classmethod
    def of_demo(cls, service: Service) -> "Player":
        """Return a player of the demo project, once its images and its first encoder are ready."""
        oracle = Oracle(service.client(), patience=MINUTES)
        oracle.project = oracle.call("GET", "/projects")["items"][0]["id"]
        for job in oracle.items("/jobs", project=oracle.project):
            if job["kind"] in {"import", "encoder"}:
                oracle.done(job["id"])
        known = digits_by_hash(service.data)
        images = oracle.items(f"/projects/{oracle.project}/images", split="pool")
        return cls(oracle, {image["id"]: known[image["sha256"]] for image in images})

    @property
    def project(self) -> str:
        """Return the id of the demo project."""
        return self.oracle.project

    def label(self, image_id: str) -> None:
        """Give an image its label."""
        body = {"category_id": self.oracle.categories()[self.digits[image_id]]}
        self.oracle.call("PUT", f"/images/{image_id}/annotation", json=body)

    def complete_indicators(self, given: set[str]) -> None:
        """Give an indicator of each digit that has none."""
        for digit in set(DIGITS) - given:
            self.label(next(image for image, shown in self.digits.items() if shown == digit))

    def play(self, round_id: str, steps: int) -> None:
        """Label the first `steps` steps of a round, and wait until the next one asks."""
        categories, deadline = self.oracle.categories(), time.monotonic() + MINUTES
        while time.monotonic() < deadline:
            leases = self.oracle.call("POST", f"/rounds/{round_id}/leases", json={"count": 5})["items"]
            if any(item["step"] > steps for item in leases):
                held = {"query_ids": [item["query_id"] for item in leases]}
                self.oracle.api.post(f"/rounds/{round_id}/leases/release", json=held).raise_for_status()
                return
            for item in leases:
                body = {"category_id": categories[self.digits[item["image"]["id"]]]}
                self.oracle.call("PUT", f"/queries/{item['query_id']}/annotation", json=body)
            if not leases:
                time.sleep(0.2)
        raise AssertionError(f"The round has not come to step {steps + 1}.")


def digits_by_hash(data: Path) -> dict[str, str]:
    """Return what each file of the demo's pool shows, by its sha256; the folder of a file names its digit."""
    files = data.rglob("mnist-5000/pool/*/*.png")
    return {sha256(path.read_bytes()).hexdigest(): path.parent.name for path in files}
