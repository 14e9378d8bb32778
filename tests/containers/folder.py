"""The folder that a run makes everything below: one run at a time, and nothing of it is left behind."""

import fcntl
import os
import shutil
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.containers.limited import CommandError, run, succeeds

VARIABLE = "CONTAINERS"
"""Names the folder in the environment of whatever a run starts, so that it is found again."""
WAITED = 3600
COMMAND_SECONDS = 180


@contextmanager
def held(folder: Path, *, keep: bool) -> Iterator[None]:
    """Make the folder and hold it, with what a run that was killed has left in it; remove it unless kept."""
    handle = _lock(folder)
    try:
        yield
    finally:
        if not keep and not any(folder.iterdir()):
            folder.rmdir()
        os.close(handle)


def _lock(folder: Path) -> int:
    """Return the handle that holds the folder; a run that goes on is waited for."""
    deadline, told = time.monotonic() + WAITED, False
    while time.monotonic() < deadline:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
        if os.fstat(handle).st_uid != os.geteuid():
            raise CommandError(f"{folder} is of another user")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if folder.exists() and folder.stat().st_ino == os.fstat(handle).st_ino:
                return handle
        except BlockingIOError:
            if not told:
                print(f"test-containers: another run holds {folder}, waiting", flush=True)
            told = True
            time.sleep(1)
        os.close(handle)
    raise CommandError(f"another run has held {folder} for {WAITED} s")


def kill_all(folder: Path, spared: str = "") -> None:
    """Kill every process that a run below `folder` has started, but this one and programs called `spared`."""
    for pid in processes(folder):
        try:
            if Path(f"/proc/{pid}/comm").read_text().strip() == spared:
                continue
            os.kill(pid, signal.SIGKILL)
        except (ProcessLookupError, FileNotFoundError):
            continue


def processes(folder: Path) -> list[int]:
    """Return the processes whose environment names the folder, but this one."""
    found = []
    mark = f"{VARIABLE}={folder}".encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                variables = (entry / "environ").read_bytes().split(b"\0")
            except OSError:  # it has ended, or is another user's
                continue
            found += [int(entry.name)] * (mark in variables)
    return found


def mounts(folder: Path) -> list[str]:
    """Return what is mounted below the folder, the last first."""
    places = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    return [place for place in reversed(places) if Path(place).is_relative_to(folder)]


def stop(folder: Path, commands: Iterable[tuple[str, ...]], environment: dict[str, str]) -> None:
    """End what a run has started, by these commands of its engine; one that fails is told."""
    kill_all(folder, spared="conmon")  # which tells podman how its container ends
    for command in commands:
        try:
            run(*command, seconds=COMMAND_SECONDS, env=environment)
        except (OSError, CommandError) as error:
            print(f"test-containers: {error}", flush=True)
    kill_all(folder)


def clear(folder: Path) -> None:
    """Remove what is mounted below the folder, and all that is in it."""
    for place in mounts(folder):
        succeeds("umount", "--lazy", place)
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def left(folder: Path) -> list[str]:
    """Return what is still there of a run, in words."""
    found = [f"process {pid}" for pid in processes(folder)]
    found += [f"mount {place}" for place in mounts(folder)]
    return found + [f"file {path}" for path in folder.iterdir()]
