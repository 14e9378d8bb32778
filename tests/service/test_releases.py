"""Today's service on the data directory of each release before it, made by that release's own code.

The database alone is upgraded in `tests/migrations`; here it is everything that a volume carries along:
blobs, marks, caches, messages, half-written files, checkpoints. A release is a commit after which what is
kept on disk changed; the next one is added here when it changes again.
"""

import io
import signal
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers.ports import free_port
from tests.service.conftest import write_digits
from tests.service.oracle import Oracle
from tests.service.service import Service, wait_until
from tests.service.test_pretraining import CONFIG, state_of

ROOT = Path(__file__).parents[2]
RELEASES = {
    "2d0ae23": "the first: database, blobs, queue, features",
    "4b5cede": "marks of life that are files, blobs written in batches, pretraining with its checkpoints",
    "34dff5d": "graphs beside the features",
    "9098087": "marks of life that are folders",
    "af6ff51": "holders of leases; the last with modules under their old names",
}
PRETRAINING = {"4b5cede", "af6ff51"}
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def check_out(commit: str, folder: Path) -> Path:
    """Return `folder` with the code of a commit; skips where this checkout's history does not reach it."""
    command = ["git", "-C", str(ROOT), "archive", commit, "app", "worker", "ml", "migrations"]
    archived = subprocess.run(command, capture_output=True, check=False)
    if archived.returncode != 0:
        pytest.skip(f"this checkout has no commit {commit}: {archived.stderr.decode().strip()}")
    with tarfile.open(fileobj=io.BytesIO(archived.stdout)) as archive:
        archive.extractall(folder, filter="data")
    return folder


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with three digits of a kind, and one to test with."""
    return write_digits(tmp_path_factory.mktemp("photos"), 3, 1)


@pytest.fixture(params=RELEASES)
def release(request: pytest.FixtureRequest, tmp_path: Path, photos: Path) -> Iterator[Service]:
    """Return a running service of another release."""
    code = check_out(request.param, tmp_path / "code")
    settings = {"PYTHONPATH": str(code), "PYTHONSAFEPATH": "1"}
    service = Service(tmp_path / "data", photos, settings=settings)
    yield from ending(service)


def ending(service: Service) -> Iterator[Service]:
    """Start the service; whatever happens, it ends."""
    service.start()
    yield service
    if service.process is not None and service.process.poll() is None:
        service.process.kill()
        service.process.wait()


@pytest.fixture
def today(release: Service) -> Iterator[Service]:
    """Return the service of today on the data of the release, once the test starts it."""
    service = replace(release, settings={}, port=free_port(), process=None)
    yield service
    if service.process is not None:
        assert service.stop() == 0


def half_a_round(oracle: Oracle, photos: Path, pretrain: bool) -> tuple[str, str]:
    """Play the first of two steps; returns the round and, where asked for, an encoder with a checkpoint."""
    oracle.new_collection(photos)
    oracle.give_indicators()
    started = oracle.start_round(oracle.bundled_encoder(), [1, 1])
    oracle.play(started["id"], until_step=2)
    if not pretrain:
        return started["id"], ""
    encoder = oracle.pretrain("TUP", CONFIG | {"source_id": oracle.digits_source(), "epochs": 1})
    curve = f"/encoders/{encoder['id']}/curve"
    wait_until(lambda: oracle.call("GET", curve)["checkpoint_step"] is not None, 240)
    return started["id"], encoder["id"]


def logged(service: Service, since: int, event: str) -> list[str]:
    """Return the lines of today's log that tell of an event."""
    return [line for line in service.log.read_text()[since:].splitlines() if event in line]


def test_a_service_that_was_pulled_down_goes_on_with_the_next_release(
    release: Service, today: Service, photos: Path, request: pytest.FixtureRequest
) -> None:
    pretrains = request.node.callspec.params["release"] in PRETRAINING
    oracle = Oracle(release.client())
    round_id, encoder_id = half_a_round(oracle, photos, pretrains)
    for pid in [*release.pids("worker.launch"), *release.pids("worker.child")]:
        subprocess.run(["kill", "-KILL", str(pid)], check=False, capture_output=True)
    release.stop(signal.SIGKILL)
    said = len(release.log.read_text())
    today.start()
    wait_until(lambda: len(logged(today, said, "worker.ready")) == 3, 60, today.log)
    wait_until(lambda: live(today), 60, today.log)
    api = httpx.Client(base_url=f"{today.url}/api/v1", headers=oracle.api.headers, timeout=60)
    oracle = replace(oracle, api=api)
    play_on(oracle, round_id)
    if encoder_id:
        wait_until(state_of(oracle, f"/encoders/{encoder_id}", "ready"), 240, today.log)
    oracle.play(oracle.start_round(oracle.bundled_encoder(), [1])["id"])
    today.run("verify")
    for trouble in (
        "service.ended",
        "service.silent",
        "sweep.failed",
        "job.crashed",
        "job.raised",
        "Traceback",
    ):
        assert logged(today, said, trouble) == []


def play_on(oracle: Oracle, round_id: str) -> None:
    """Play a round to its end and check that it kept its answers."""
    oracle.play(round_id)
    finished: dict[str, Any] = oracle.call("GET", f"/rounds/{round_id}")
    assert (finished["state"], finished["labelled"], finished["error"]) == ("done", 20, None)


def live(service: Service) -> bool:
    """Return whether the workers of all queues say that they live; their service must not have ended."""
    assert service.is_ready()
    try:
        service.run("worker-alive")
    except subprocess.CalledProcessError:
        return False
    return True
