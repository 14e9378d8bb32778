"""Copies of remote blobs as files of this machine, for those that can only read files.

Any number of processes share the folder. What is used leaves its time on the file; where the copies grow over
their budget, the longest unused go first, but none that was used since the oldest running user began.
"""

import fcntl
import os
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Lock

import structlog

from app.core.storage.interface import Progress, checked
from app.core.unfinished import abandoned

THREADS = 16
REPORT_SECONDS = 0.5
KEPT_SHARE = 0.9
log = structlog.get_logger()


class LocalCopies:
    """Copies below `root`, at most `budget` bytes of them unless what is in use is more.

    `stream` returns the bytes of a blob in pieces, or raises FileNotFoundError.
    """

    def __init__(self, root: Path, budget: int, stream: Callable[[str], Iterator[bytes]]) -> None:
        self.root = root.resolve()
        self.budget = budget
        self._stream = stream

    def path(self, key: str) -> Path:
        """Return where the copy of `key` lies once it has been fetched."""
        return self.root / checked(key)

    def keys(self, paths: Iterable[str | Path]) -> list[str]:
        """Return the keys of those `paths` that lie here."""
        start = f"{self.root}/"
        return [text[len(start) :] for path in paths if (text := str(path)).startswith(start)]

    @contextmanager
    def held(self, keys: Sequence[str], progress: Progress) -> Iterator[None]:
        """Have the copies of `keys` here while the block runs. Blobs that are gone are left out."""
        with self._pinned():
            missing = self._use(keys)
            if missing:
                self._fetch_all(missing, progress)
            yield

    def abandoned(self) -> list[Path]:
        """Return what processes that were killed more than an hour ago left half-written."""
        return abandoned((self.root / ".unfinished").glob("*"))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the folder alone: what is used is marked, and what is unused removed, one after the other."""
        self.root.mkdir(parents=True, exist_ok=True)
        with (self.root / ".lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextmanager
    def _pinned(self) -> Iterator[None]:
        """Keep everything that is used from now on; the kernel ends that with this process."""
        with self._alone():
            pin = self.root / ".pins" / uuid.uuid4().hex
            pin.parent.mkdir(exist_ok=True)
            file = pin.open("wb")
            fcntl.flock(file, fcntl.LOCK_EX)
            _mark(pin)
        with file:
            try:
                yield
            finally:
                pin.unlink(missing_ok=True)

    def _oldest_pin(self) -> int:
        """Return when (ns) the oldest running user began; pins whose process has ended are removed."""
        oldest = time.time_ns()
        for pin in (self.root / ".pins").glob("*"):
            with suppress(FileNotFoundError), pin.open("rb") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    pin.unlink()
                except BlockingIOError:
                    oldest = min(oldest, pin.stat().st_mtime_ns)
        return oldest

    def _use(self, keys: Iterable[str]) -> list[str]:
        """Mark the copies of `keys` as used now; returns the keys that have none."""
        missing = []
        with self._alone():
            for key in dict.fromkeys(keys):
                try:
                    _mark(self.path(key))
                except FileNotFoundError:
                    missing.append(key)
        return missing

    def _evict(self) -> int:
        """Remove the longest unused copies where all are over the budget; returns the bytes that are left."""
        with self._alone():
            oldest = self._oldest_pin()
            copies = sorted(self._copies())
            total = sum(size for _, size, _ in copies)
            wanted = total if total <= self.budget else self.budget * KEPT_SHARE
            for used, size, path in copies:
                if total <= wanted or used >= oldest:
                    break
                os.unlink(path)
                total -= size
        return total

    def _copies(self) -> Iterator[tuple[int, int, str]]:
        """Yield (time of the last use, bytes, path) of every copy."""
        for folder, names, files in os.walk(self.root):
            names[:] = _keys(names)
            for name in _keys(files):
                state = os.stat(path := f"{folder}/{name}")
                yield state.st_mtime_ns, state.st_size, path

    def _fetch_all(self, keys: Sequence[str], progress: Progress) -> None:
        fetching = _Fetching(self, keys)
        total = self._evict()
        room_until, counted = self.budget, 0
        with ThreadPoolExecutor(min(THREADS, len(keys)), thread_name_prefix="fetch") as pool:
            workers = [pool.submit(fetching.work) for _ in range(min(THREADS, len(keys)))]
            try:
                while not _finished(workers):
                    progress(fetching.blobs, len(keys))
                    now = fetching.bytes
                    total, counted = total + now - counted, now
                    if total > room_until:
                        total = self._evict()
                        room_until = max(self.budget, int(total + self.budget * (1 - KEPT_SHARE)))
            finally:
                fetching.over.set()
        if self._evict() > self.budget:
            log.warning("copies.over_budget", budget=self.budget, root=str(self.root))

    def fetch(self, key: str, over: Event) -> int:
        """Write a whole copy under another name, then give it its own; returns its bytes."""
        temporary, target, size = self.root / ".unfinished" / uuid.uuid4().hex, self.path(key), 0
        temporary.parent.mkdir(exist_ok=True)
        try:
            with temporary.open("wb") as file:
                for piece in self._stream(key):
                    if over.is_set():
                        return size
                    size += file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            _mark(temporary)
            target.parent.mkdir(parents=True, exist_ok=True)
            temporary.replace(target)
        except FileNotFoundError:
            return 0
        finally:
            temporary.unlink(missing_ok=True)
        return size


class _Fetching:
    """Keys that many threads take from, until none is left or `over` is set."""

    def __init__(self, copies: LocalCopies, keys: Iterable[str]) -> None:
        self._copies, self._keys, self._taking = copies, iter(keys), Lock()
        self.over, self.blobs, self.bytes = Event(), 0, 0

    def work(self) -> None:
        while not self.over.is_set():
            with self._taking:
                key = next(self._keys, None)
            if key is None:
                return
            size = self._copies.fetch(key, self.over)
            with self._taking:
                self.blobs += 1
                self.bytes += size


def _finished(workers: Sequence["Future[None]"]) -> bool:
    """Wait a moment; returns whether all workers are done, or raises what one of them raised."""
    done, running = wait(workers, REPORT_SECONDS, FIRST_EXCEPTION)
    for worker in done:
        worker.result()
    return not running


def _mark(path: Path) -> None:
    now = time.time_ns()
    os.utime(path, ns=(now, now))


def _keys(names: list[str]) -> list[str]:
    """Return the names that a key can have; the hidden ones are our own notes beside the copies."""
    return [name for name in names if not name.startswith(".")]
