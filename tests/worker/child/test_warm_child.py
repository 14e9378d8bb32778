"""The child: warm between jobs, replaced when it has to be, never left behind."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.core.config import get_settings
from ml.messages import Checkpoint, PretrainPoint
from worker.child.model_process import COMMAND, ChildDiedError, ModelProcess
from worker.child.warm_child import JobFailedError, WarmChild
from worker.jobs import pretraining

FAKE = (sys.executable, "-m", "tests.worker.fake_child")


def nothing(*_arguments: Any) -> None:
    """Neither wish to stop nor mind progress."""


@pytest.fixture
def child(data_directory: Path) -> Iterator[WarmChild]:
    child = WarmChild(FAKE)
    yield child
    child.stop()


def run(child: WarmChild, check: Callable[[], None] = nothing, **request: Any) -> dict[str, Any]:
    """Have the child do one job."""
    return child.run("step", json.dumps(request), nothing, check)


def ends(pid: int) -> bool:
    """Return whether the process ends within five seconds."""
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline:
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().split()[2] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_jobs_share_one_child_and_progress_arrives_in_order(child: WarmChild) -> None:
    seen: list[float] = []
    request = json.dumps({"progress": [0.1, 0.5, 0.9]})
    first = child.run("step", request, lambda fraction, _phase, _message: seen.append(fraction), nothing)
    assert seen == [0.1, 0.5, 0.9]
    assert first["operation"] == "step"
    assert run(child)["pid"] == first["pid"]


def test_a_refused_job_says_why_and_leaves_the_child_warm(child: WarmChild) -> None:
    pid = run(child)["pid"]
    with pytest.raises(JobFailedError, match="the archive is empty"):
        run(child, do="refuse")
    assert run(child)["pid"] == pid


@pytest.mark.parametrize("fault", ["die", "run out of memory"])
def test_after_a_crash_the_next_job_gets_a_new_child(child: WarmChild, fault: str) -> None:
    pid = run(child)["pid"]
    with pytest.raises(ChildDiedError, match=r"(?i)memory"):
        run(child, do=fault)
    assert run(child)["pid"] != pid
    assert ends(pid)


def test_a_wish_to_stop_kills_the_job_within_a_second(child: WarmChild) -> None:
    pid = run(child)["pid"]
    stop_at = time.monotonic() + 0.3

    def check() -> None:
        if time.monotonic() > stop_at:
            raise KeyError("stop")

    with pytest.raises(KeyError, match="stop"):
        run(child, check, do="sleep")
    assert time.monotonic() - stop_at < 1
    assert ends(pid)
    assert run(child)["pid"] != pid


def test_a_child_that_fell_silent_is_given_up(child: WarmChild, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(get_settings(), "child_silence_seconds", 0.3)
    with pytest.raises(ChildDiedError, match="silent"):
        run(child, do="sleep")


def test_a_child_that_grew_too_much_is_replaced(child: WarmChild, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(get_settings(), "child_growth_bytes", 64 * 1024**2)
    pid = run(child)["pid"]
    assert run(child, do="grow", bytes=1024)["pid"] == pid
    assert run(child, do="grow", bytes=256 * 1024**2)["pid"] == pid
    assert run(child)["pid"] != pid


def test_a_file_that_a_child_maps_is_cache_and_not_growth(
    child: WarmChild, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(get_settings(), "child_growth_bytes", 64 * 1024**2)
    (tmp_path / "features").write_bytes(bytes(256 * 1024**2))
    pid = run(child)["pid"]
    for _job in range(3):
        assert run(child, do="map", file=str(tmp_path / "features"))["pid"] == pid


def test_a_child_that_is_not_to_last_is_let_go_after_each_job(data_directory: Path) -> None:
    child = WarmChild(FAKE, lasting=False)
    pid = run(child)["pid"]
    assert ends(pid)
    with pytest.raises(JobFailedError, match="empty"):
        run(child, do="refuse")
    with pytest.raises(ChildDiedError):
        run(child, do="die")
    second = run(child)["pid"]
    assert second != pid
    assert ends(second)


def test_a_job_that_waits_for_the_child_can_be_stopped(child: WarmChild) -> None:
    stop, seen = threading.Event(), threading.Event()

    def until_told(*_progress: Any) -> None:
        seen.set()
        if stop.is_set():
            raise KeyError("stop")

    def work() -> None:
        with pytest.raises(KeyError):
            child.run("step", json.dumps({"do": "sleep"}), nothing, until_told)

    first = threading.Thread(target=work)
    first.start()
    seen.wait(5)

    def refuse() -> None:
        raise ValueError("not needed any more")

    with pytest.raises(ValueError, match="not needed"):
        run(child, refuse)
    stop.set()
    first.join(5)


def test_reports_arrive_in_order_and_are_signs_of_life(
    child: WarmChild, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(child)  # it has started, which may take a busy machine long
    monkeypatch.setattr(get_settings(), "child_silence_seconds", 2.0)
    seen: list[PretrainPoint | Checkpoint] = []
    child.run("step", json.dumps({"reports": 5, "every": 0.6}), nothing, nothing, seen.append)
    assert [report.step for report in seen] == [0, 1, 2, 3, 4]
    assert {type(report) for report in seen} == {PretrainPoint, Checkpoint}


def test_a_child_is_as_patient_as_it_is_told(data_directory: Path) -> None:
    process = ModelProcess((*COMMAND, pretraining.NICENESS))
    deadline = time.monotonic() + 10
    while os.getpriority(os.PRIO_PROCESS, process.pid) != 19:
        assert time.monotonic() < deadline, "it is as eager as everybody else"
        time.sleep(0.05)
    process.kill()


def test_a_child_started_by_a_thread_outlives_the_thread(child: WarmChild) -> None:
    starter = threading.Thread(target=child.warm_up)
    starter.start()
    starter.join()
    assert run(child)["pid"] == run(child)["pid"]


def test_the_real_child_ends_with_a_parent_that_is_killed_in_the_middle_of_a_job(tmp_path: Path) -> None:
    script = (
        "import os, sys, time; sys.stdout = sys.stderr; from worker.child.model_process import ModelProcess\n"
        "process = ModelProcess(); os.write(1, str(process.pid).encode()); os.close(1); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.read(100))
    time.sleep(0.5)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    assert ends(pid)
