"""T40: a full disk pauses a job with its reason, harms nothing that is stored, and is got over."""

import errno
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.core.config import get_settings
from app.core.database import now, write_session
from app.core.models import Encoder, Job
from app.core.queue import get_celery
from app.core.storage import get_storage
from app.jobs.service import cancel_job
from tests.worker.conftest import change, get
from tests.worker.database.test_leftovers import OLD
from tests.worker.full_disk import MIB, fill, small_disk
from tests.worker.jobs.test_runner import wait_for
from tests.worker.pretraining import Make, blobs_of, weights_of
from worker.database import leftovers, pretraining
from worker.jobs import runner


@pytest.fixture
def notified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Run the jobs that the queue is notified of, as soon as `answer` is called; returns their ids."""
    told: list[str] = []
    monkeypatch.setattr(get_celery(), "send_task", lambda _name, args, **_options: told.append(args[0]))
    return told


def assert_paused(job: str) -> None:
    """Fail unless the job waits for room."""
    row = get(Job, job)
    assert (row.state, row.attempts, row.lease_until) == ("queued", 0, None)
    assert (row.phase, row.message) == ("paused", runner.DISK_FULL)


def reap_again(job: str, notified: list[str]) -> None:
    """Let a reaper pass and a worker answer its notifications, some time later."""
    change(Job, job, created_at=now() - OLD)
    notified.clear()
    leftovers.notify_again("pretrain", 10)
    for job_id in list(notified):
        runner.run(job_id)


def test_a_checkpoint_that_finds_no_room_pauses_the_run_until_there_is_some(
    make_pretraining: Make, undisturbed: bytes, notified: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder, job = make_pretraining()
    put, puts = get_storage().put, list[str]()

    def put_on_a_full_disk(key: str, content: Any) -> None:
        if key.startswith("pretraining/"):
            puts.append(key)
            if len(puts) == 3:
                raise OSError(errno.ENOSPC, "No space left on device")
        put(key, content)

    monkeypatch.setattr(get_storage(), "put", put_on_a_full_disk)
    monkeypatch.setattr(get_settings(), "min_free_bytes", 2**60)
    runner.run(job)
    assert_paused(job)
    assert get(Encoder, encoder).state == "pending"
    assert blobs_of(encoder) == ["step-05", "step-10"]
    reap_again(job, notified)
    assert notified == []
    monkeypatch.setattr(get_settings(), "min_free_bytes", 1)
    reap_again(job, notified)
    assert notified == [job]
    assert weights_of(encoder) == undisturbed
    assert get(Job, job).message is None


def test_a_paused_job_can_be_cancelled(make_pretraining: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder, job = make_pretraining()

    def full(*_arguments: object) -> None:
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    monkeypatch.setattr(pretraining, "_record", full)
    runner.run(job)
    assert_paused(job)
    assert blobs_of(encoder) == [], "what could not be recorded is removed"
    with write_session() as session:
        cancel_job(session, session.get_one(Job, job))
    assert (get(Job, job).state, get(Encoder, encoder).state) == ("cancelled", "cancelled")


@pytest.fixture
def disk(engine: object, data_directory: Path) -> Iterator[Path]:
    """Return the folder of the blobs, a disk of 16 MiB of its own."""
    with small_disk(data_directory / "blobs", 16 * MIB) as folder:
        yield folder


def test_a_disk_that_is_really_full(
    disk: Path,
    make_pretraining: Make,
    plan: Callable[..., None],
    notified: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The run is stopped at step 7 by filling the disk, and goes on from step 5 once the file is gone."""
    monkeypatch.setattr(get_settings(), "min_free_bytes", MIB)
    encoder, job = make_pretraining()
    whole, other = make_pretraining()
    runner.run(other)
    plan({"sleep_at": 7, "sleep_seconds": 3})
    thread = threading.Thread(target=runner.run, args=(job,))
    thread.start()
    wait_for(lambda: (get(Job, job).checkpoint or {}).get("step") == 5, 60)
    ballast = fill(disk)
    thread.join(30)
    assert_paused(job)
    assert blobs_of(encoder) == ["step-05"]
    reap_again(job, notified)
    assert notified == []
    ballast.unlink()
    reap_again(job, notified)
    assert weights_of(encoder) == weights_of(whole)
    assert list((disk / ".unfinished").iterdir()) == []
