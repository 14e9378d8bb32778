"""An annotator who knows every digit, over HTTP; file names say what an image shows: `7-0123.png`."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import httpx

DIGITS = [str(digit) for digit in range(10)]


def digit_of(filename: str) -> str:
    """Return the digit that an image shows."""
    return filename[0]


@dataclass
class Oracle:
    """One signed-in client and the project it works on; jobs may take `patience` seconds."""

    api: httpx.Client
    project: str = ""
    patience: float = 120

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        """Return the JSON answer of a request that has to succeed."""
        answer = self.api.request(method, path, **arguments)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    def items(self, path: str, **parameters: Any) -> list[dict[str, Any]]:
        """Return every item of a list, page by page."""
        found, further = [], {}
        while True:
            page = self.call("GET", path, params=parameters | further | {"limit": 500})
            found += page["items"]
            if page["next_cursor"] is None:
                return found
            further = {"cursor": page["next_cursor"]}

    def new_project(self) -> None:
        """Make the project of ten digits."""
        body = {"name": "Digits", "categories": DIGITS}
        self.project = self.call("POST", "/projects", json=body)["id"]

    def new_collection(self, digits: Path) -> None:
        """Make the project of ten digits with pool and test images, the truth of the latter known."""
        self.new_project()
        self.import_folder(digits / "pool", "pool")
        self.import_folder(digits / "test", "test", labels="truth")

    def ended(self, job_id: str, seconds: float | None = None) -> dict[str, Any]:
        """Return the job once it has ended."""
        deadline = time.monotonic() + (seconds or self.patience)
        while (job := self.call("GET", f"/jobs/{job_id}"))["state"] in {"queued", "running"}:
            assert time.monotonic() < deadline, job
            time.sleep(0.1)
        return dict(job)

    def done(self, job_id: str, seconds: float | None = None) -> dict[str, Any]:
        """Return the job once it is done; fails where it ended otherwise."""
        job = self.ended(job_id, seconds)
        assert job["state"] == "done", job
        return job

    def import_folder(self, folder: Path, split: str, labels: str = "ignore") -> dict[str, Any]:
        """Import a folder on the server and return the job's result."""
        source = {"kind": "folder", "path": str(folder)}
        body = {"source": source, "split": split, "labels": labels}
        job = self.call("POST", f"/projects/{self.project}/imports", json=body)
        return dict(self.done(job["id"])["result"])

    def bundled_encoder(self, image_size: int | None = 64) -> str:
        """Prepare the bundled encoder and return its id; features are cached by image size."""
        spec = {"kind": "bundled", "name": "efficientnet_lite0", "image_size": image_size}
        made = self.call("POST", f"/projects/{self.project}/encoders", json={"name": "e", "encoder": spec})
        self.done(made["job_id"])
        return str(made["id"])

    def digits_source(self) -> str:
        """Return the id of a new source, scikit-learn's digits, once its images are counted."""
        body = {"name": "digits", "source": {"kind": "dataset", "name": "digits-8x8"}}
        made = self.call("POST", "/sources", json=body)
        deadline = time.monotonic() + self.patience
        while (source := self.call("GET", f"/sources/{made['id']}"))["state"] != "ready":
            assert source["state"] != "failed", source
            assert time.monotonic() < deadline, source
            time.sleep(0.1)
        return str(source["id"])

    def pretrain(self, name: str, config: dict[str, Any]) -> dict[str, Any]:
        """Return a new encoder, of which a job has been asked to make what `config` says."""
        body = {"name": name, "encoder": {"kind": "pretrain", "config": config}}
        return dict(self.call("POST", f"/projects/{self.project}/encoders", json=body))

    def categories(self) -> dict[str, str]:
        """Return category ids by name."""
        found = self.call("GET", f"/projects/{self.project}")["categories"]
        return {category["name"]: category["id"] for category in found}

    def give_indicators(self, filenames: Sequence[str] = ()) -> None:
        """Label one pool image of each category: these, or the first of each."""
        categories = self.categories()
        images = self.items(f"/projects/{self.project}/images", split="pool")
        first = {digit_of(image["filename"]): image for image in reversed(images)}.values()
        chosen = [image for image in images if image["filename"] in filenames] or first
        for image in chosen:
            body = {"category_id": categories[digit_of(image["filename"])]}
            self.call("PUT", f"/images/{image['id']}/annotation", json=body)
        assert {digit_of(image["filename"]) for image in chosen} == set(DIGITS)

    def asked(self, round_id: str) -> list[list[str]]:
        """Return, for each step that this client has labelled alone, the images in the order they came."""
        images = self.items(f"/projects/{self.project}/images", split="pool")
        names = {image["id"]: image["filename"] for image in images}
        answers = reversed(self.items(f"/rounds/{round_id}/my-annotations"))
        steps = groupby(answers, key=lambda answer: answer["step"])
        return [[names[answer["image_id"]] for answer in answers] for _, answers in steps]

    def start_round(self, encoder_id: str, schedule: list[int], **config: Any) -> dict[str, Any]:
        """Start a round and return it."""
        config = {"schedule": schedule, "encoder_id": encoder_id} | config
        return dict(self.call("POST", f"/projects/{self.project}/rounds", json={"config": config}))

    def play(self, round_id: str, seconds: float = 120, until_step: int = 99) -> None:
        """Label whatever is handed out until the round has finished or has come to a step."""
        categories, deadline = self.categories(), time.monotonic() + seconds
        while time.monotonic() < deadline:
            leases = self.call("POST", f"/rounds/{round_id}/leases", json={"count": 5})
            for item in leases["items"]:
                if item["step"] >= until_step:
                    return
                body = {"category_id": categories[digit_of(item["image"]["filename"])]}
                self.call("PUT", f"/queries/{item['query_id']}/annotation", json=body)
            if leases["waiting_for"] == "finished":
                return
            if not leases["items"]:
                time.sleep(0.1)
        found = self.call("GET", f"/rounds/{round_id}")
        job = self.call("GET", f"/jobs/{found['job_id']}") if found["job_id"] else None
        raise AssertionError(f"The round has not finished: {found}. Its job: {job}")
