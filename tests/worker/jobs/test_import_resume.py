"""Imports that are killed, stopped or cancelled, and go on: every file once, and a tally that is right."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, func, select

from app.core.config import get_settings
from app.core.database import now, read_session
from app.core.models import Annotation, Category, Image, Job, Project
from app.core.storage import get_storage
from app.core.storage.keys import image_key, thumbnail_key
from app.images.ingest import prepare_batches
from tests.app.images.files import png
from tests.worker.conftest import add, change, get
from worker import watchdog
from worker.database.imports import save_batch
from worker.jobs import imports, runner
from worker.watchdog import CancelledError, Watchdog

FILES = {
    "first": png(1),
    "second": png(2),
    "third": png(3, 40, 30),
    "broken": png(4)[:50],
    "empty": b"",
    "text": b"no image",
}
CRASHES = 2


class KilledError(BaseException):
    """The end of a worker that nobody has time to react to."""


@pytest.fixture
def root(tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder whose subfolders may be imported, three files a batch."""
    monkeypatch.setenv("EIGENLABEL_IMPORT_ROOTS", f'["{tmp_path}"]')
    get_settings.cache_clear()
    monkeypatch.setattr(imports, "prepare_batches", partial(imports.prepare_batches, size=3))
    return tmp_path


def queue_import(folder: Path, project: str | None = None, labels: str = "annotate") -> str:
    """Return the id of a queued import of `folder` into a project of its own."""
    source = {"kind": "folder", "path": str(folder)}
    params = {"source": source, "split": "pool", "labels": labels, "new_categories": True}
    project_id = project or add(Project(name="import"))
    return add(Job(kind="import", queue="cpu", project_id=project_id, params=params))


def write(folder: Path, files: list[tuple[str, str]]) -> Path:
    """Write (class folder, content) pairs as numbered files; returns `folder`."""
    for number, (category, content) in enumerate(files):
        (folder / category).mkdir(parents=True, exist_ok=True)
        (folder / category / f"{number:03}.png").write_bytes(FILES[content])
    folder.mkdir(exist_ok=True)
    return folder


def end_state(job_id: str) -> dict[str, Any]:
    """Return all that an import leaves behind, without its ids."""
    job = get(Job, job_id)
    images = select(Image.filename, Image.sha256).where(Image.project_id == job.project_id)
    labels = (
        select(Image.filename, Category.name)
        .join(Annotation, Annotation.image_id == Image.id)
        .join(Category, Category.id == Annotation.category_id)
        .where(Image.project_id == job.project_id)
    )
    with read_session() as session:
        return {
            "state": job.state,
            "result": job.result,
            "images": sorted(map(tuple, session.execute(images))),
            "labels": sorted(map(tuple, session.execute(labels))),
        }


def killing(batches: list[int], before: bool) -> Callable[..., None]:
    """Return a `save_batch` that dies before or after it saves the batches with these numbers."""
    seen = [0]

    def save(*arguments: Any) -> None:
        seen[0] += 1
        dies = seen[0] in batches
        if dies and before:
            raise KilledError
        save_batch(*arguments)
        if dies:
            raise KilledError

    return save


def lapse(job_id: str) -> None:
    """Let the lease of a worker that was killed run out."""
    change(Job, job_id, lease_until=now() - timedelta(minutes=1))


def run_to_the_end(job_id: str) -> int:
    """Run the job as workers do that come after one that was killed; returns how many were."""
    killed = 0
    while get(Job, job_id).state in {"queued", "running"}:
        try:
            runner.run(job_id)
        except KilledError:
            killed += 1
            lapse(job_id)
    return killed


files = st.lists(st.tuples(st.sampled_from(["cat", "dog"]), st.sampled_from(sorted(FILES))), max_size=14)


@given(files, st.lists(st.integers(1, 6), max_size=CRASHES, unique=True), st.booleans())
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_killed_import_ends_as_one_that_was_not(
    root: Path, files: list[tuple[str, str]], kills: list[int], before: bool
) -> None:
    folder = write(Path(tempfile.mkdtemp(dir=root)), files)
    whole = queue_import(folder)
    runner.run(whole)
    killed = queue_import(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(imports, "save_batch", killing(kills, before))
        crashes = run_to_the_end(killed)
    assert end_state(killed) == end_state(whole)
    assert get(Job, killed).attempts == crashes + 1


def test_a_second_run_reads_nothing_that_is_done(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(
        root / "photos", [("cat", "first"), ("cat", "broken"), ("cat", "second"), ("cat", "third")]
    )
    job_id = queue_import(folder)
    monkeypatch.setattr(imports, "save_batch", killing([1], before=False))
    with pytest.raises(KilledError):
        runner.run(job_id)
    lapse(job_id)
    checkpoint = get(Job, job_id).checkpoint
    assert (checkpoint["files"], checkpoint["tally"]["created"]) == (3, 2)
    for path in sorted((folder / "cat").iterdir())[:3]:
        path.write_bytes(b"not looked at again")
    assert run_to_the_end(job_id) == 0
    result = get(Job, job_id).result
    assert (result["created"], result["duplicates"], result["rejected_total"]) == (3, 0, 1)


def test_files_that_came_before_the_checkpoint_are_not_forgotten(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(root / "photos", [("dog", "first"), ("dog", "second"), ("dog", "empty"), ("dog", "text")])
    job_id = queue_import(folder)
    monkeypatch.setattr(imports, "save_batch", killing([1], before=False))
    with pytest.raises(KilledError):
        runner.run(job_id)
    lapse(job_id)
    write(folder, [("cat", "third")])
    run_to_the_end(job_id)
    assert len(end_state(job_id)["images"]) == 3
    assert get(Job, job_id).result["rejected_total"] == 2, "nothing is counted twice"


def test_a_stopping_worker_hands_its_import_over(root: Path) -> None:
    folder = write(root / "photos", [("cat", name) for name in ("first", "second", "broken", "third")])
    job_id = queue_import(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watchdog, "stopping", threading.Event())
        patch.setattr(imports, "save_batch", lambda *args: (save_batch(*args), watchdog.stopping.set()))
        runner.run(job_id)
    assert (get(Job, job_id).state, get(Job, job_id).attempts) == ("queued", 0)
    runner.run(job_id)
    assert get(Job, job_id).result["created"] == 3


def test_an_import_after_a_cancelled_one_finds_duplicates(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(root / "photos", [("cat", name) for name in ("first", "second", "broken", "third")])
    first = queue_import(folder)

    def cancelled(_watchdog: Watchdog, fraction: float, _phase: str, _message: str) -> None:
        if fraction:
            raise CancelledError

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Watchdog, "progress", cancelled)
        runner.run(first)
    assert get(Job, first).state == "cancelled"
    again = queue_import(folder, get(Job, first).project_id)
    runner.run(again)
    result = get(Job, again).result
    assert (result["created"], result["duplicates"], result["rejected_total"]) == (1, 2, 1)


def test_progress_says_how_far_how_fast_and_how_long(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[tuple[float, str]] = []
    monkeypatch.setattr(
        Watchdog, "progress", lambda _watchdog, fraction, _phase, message: said.append((fraction, message))
    )
    runner.run(queue_import(write(root / "photos", [("cat", "first")] * 4)))
    assert [fraction for fraction, _ in said] == [0.0, 0.75, 1.0]
    assert said[1][1].startswith("3 of 4 files, ")
    assert "a second" in said[1][1]
    assert said[1][1].endswith(" left")


@pytest.fixture
def worker(root: Path, data_directory: Path) -> Iterator[Callable[[str], "subprocess.Popen[bytes]"]]:
    """Return a function that starts a process which runs a job."""
    started: list[subprocess.Popen[bytes]] = []

    def start(job_id: str) -> "subprocess.Popen[bytes]":
        code = f"from worker.jobs import runner; runner.run({job_id!r})"
        environment = os.environ | {"EIGENLABEL_DATA": str(data_directory)}
        started.append(subprocess.Popen([sys.executable, "-c", code], env=environment))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_a_worker_killed_amid_an_import_leaves_no_half_blob(
    root: Path, worker: Callable[[str], "subprocess.Popen[bytes]"], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "prepare_batches", prepare_batches)
    count = 1500
    folder = root / "photos"
    folder.mkdir()
    for number in range(count):
        (folder / f"{number:04}.png").write_bytes(png(number, 20 + number % 40, 20 + number // 40))
    job_id = queue_import(folder, labels="ignore")
    process = worker(job_id)
    deadline = time.monotonic() + 60
    while not (get(Job, job_id).checkpoint or {}).get("files") and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    done = get(Job, job_id).checkpoint["files"]
    assert 0 < done < count
    lapse(job_id)
    runner.run(job_id)
    result = get(Job, job_id).result
    assert (result["created"], result["duplicates"], result["rejected_total"]) == (count, 0, 0)
    storage = get_storage()
    with read_session() as session:
        assert session.scalar(select(func.count()).select_from(Image)) == count
        for sha256, size in session.execute(select(Image.sha256, Image.bytes)):
            assert len(storage.read(image_key(sha256))) == size
            assert storage.exists(thumbnail_key(sha256))
