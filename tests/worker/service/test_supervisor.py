"""The supervisor: what ends unasked is started again, ever more patiently, and all end together."""

import io
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from app.core.config import get_settings
from worker.alive import mark
from worker.service import supervisor
from worker.service.supervisor import Service, Supervisor, WorkerService


class Process:
    """A process that ends when the test says so."""

    def __init__(self) -> None:
        self.returncode: int | None = None
        self.stdin = io.BytesIO()
        self.pid = os.getpid()
        self.signals: list[str] = []

    def poll(self) -> int | None:
        return self.returncode

    def terminate(self) -> None:
        self.signals.append("terminate")

    def kill(self) -> None:
        self.signals.append("kill")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the one moment that it is; tests move it."""
    moment = [1000.0]
    monkeypatch.setattr(supervisor.time, "monotonic", lambda: moment[0])
    monkeypatch.setattr(supervisor.subprocess, "Popen", lambda *_arguments, **_options: Process())
    return moment


def crash(service: Service) -> None:
    """End the service's process and let the supervisor see it."""
    service.process.returncode = 1  # type: ignore[union-attr]  # it runs
    service.tend()


def test_a_service_that_keeps_crashing_is_started_ever_more_slowly(clock: list[float]) -> None:
    service, pauses = Service("api", []), []
    service.tend()
    for _crash in range(7):
        crash(service)
        assert service.process is None
        pauses.append(service.restart_at - clock[0])
        clock[0] = service.restart_at
        service.tend()
        assert service.process is not None
    assert pauses == [2, 4, 8, 16, 30, 30, 30]


def test_a_held_service_begins_when_it_is_released_and_at_once_after_a_crash(clock: list[float]) -> None:
    service = Service("api", [], held=True)
    service.start()
    assert service.process.stdin.getvalue() == b""  # type: ignore[union-attr]  # it runs
    service.release()
    assert service.process.stdin.getvalue() == b"begin\n"  # type: ignore[union-attr]  # it runs
    crash(service)
    clock[0] = service.restart_at
    service.tend()
    assert service.process.stdin.getvalue() == b"begin\n"  # type: ignore[union-attr]  # it runs


def test_a_service_that_ran_well_is_started_again_soon(clock: list[float]) -> None:
    service = Service("api", [])
    service.tend()
    crash(service)
    clock[0] += 2
    service.tend()
    clock[0] += supervisor.STEADY_SECONDS + 1
    crash(service)
    assert service.restart_at - clock[0] == supervisor.FIRST_DELAY


def test_a_worker_without_a_sign_of_life_is_ended_and_started_again(
    clock: list[float], data_directory: Path
) -> None:
    silence = get_settings().worker_silence_seconds
    service = WorkerService("cpu worker", ["worker", "cpu"])
    service.tend()
    first: Any = service.process
    for _mark in range(3):
        clock[0] += silence
        mark("cpu")
        service.tend()
    clock[0] += silence
    service.tend()
    assert first.signals == []
    clock[0] += 1
    service.tend()
    service.tend()
    assert first.signals == ["terminate"]
    clock[0] += supervisor.STOP_SECONDS
    service.tend()
    assert first.signals == ["terminate", "kill"]
    crash(service)
    clock[0] = service.restart_at
    service.tend()
    clock[0] += silence
    service.tend()
    second: Any = service.process
    assert second is not first
    assert second.signals == [], "one that has just been started is given time"


def test_stopping_ends_processes_also_stubborn_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "STOP_SECONDS", 0.5)
    wait = "print(1, flush=True); time.sleep(60)"
    stubborn = f"import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); {wait}"
    processes = [
        subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        for code in (stubborn, f"import time; {wait}")
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    services = [Service("one", [], process=process) for process in processes]
    began = time.monotonic()
    supervisor.stop(services)
    for process in processes:
        assert process.wait(5) != 0
    assert time.monotonic() - began < 3


@pytest.mark.usefixtures("clock")
def test_what_was_added_later_ends_before_what_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    ended: list[list[Service]] = []
    storage, worker = Service("storage", []), Service("worker", [])
    both = Supervisor([storage])
    both.add([worker])
    monkeypatch.setattr(supervisor.time, "sleep", lambda _seconds: os.kill(os.getpid(), signal.SIGTERM))
    monkeypatch.setattr(supervisor, "stop", ended.append)
    handler = signal.getsignal(signal.SIGTERM)
    try:
        both.run()
    finally:
        signal.signal(signal.SIGTERM, handler)
    assert ended == [[worker], [storage]]
    assert all(service.process is not None for service in (storage, worker)), "both have run"


SUPERVISE = """
from worker.service.supervisor import Supervisor
class Ready:
    process = None
    def tend(self):
        print("running", flush=True)
Supervisor([Ready()]).run()
"""


@pytest.mark.parametrize("attempt", range(3))
def test_a_storm_of_signals_ends_it_once(attempt: int) -> None:
    """A terminal and a parent that forwards send the same signal at once; neither may get it stuck."""
    process = subprocess.Popen([sys.executable, "-c", SUPERVISE], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    while process.poll() is None and attempt < 1000:
        process.terminate()
        attempt += 1
    assert process.wait(10) == 0
