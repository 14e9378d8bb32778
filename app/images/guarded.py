"""Decoding in processes that may die of it: a file that crashes or stalls its decoder is refused, no more.

A file is blamed only if it ends a process of its own, too: the first may have been killed for any reason.
"""

import atexit
import contextlib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import structlog

from app.images.frames import read_frame, write_frame

COMMAND = (sys.executable, "-m", "app.images.decoder")
ANSWER_SECONDS = 60.0
"""How long one file may take; the largest that is allowed takes some seconds."""
START_SECONDS = 60.0
CRASHES = "The image cannot be decoded: the decoder crashes or hangs on it."
log = structlog.get_logger()
Answer = tuple[dict[str, Any], list[bytes]]


class Decoder:
    """One decoding process. Not thread-safe."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(COMMAND, stdin=theirs.fileno(), stdout=subprocess.DEVNULL)  # noqa: S603  (our own)
        ours.settimeout(START_SECONDS)
        self._socket, self._stream, self._started = ours, ours.makefile("rwb"), False

    def answers(self, limits: dict[str, int], files: Sequence[bytes]) -> Iterator[Answer]:
        """Yield the answer to each file; EOFError or OSError where the process died or took too long."""
        if not self._started:
            read_frame(self._stream)  # it says when it is ready, so that its start is not held against a file
            self._socket.settimeout(ANSWER_SECONDS)
            self._started = True
        write_frame(self._stream, limits, files)
        for _ in files:
            yield read_frame(self._stream)

    def end(self) -> None:
        """End the process."""
        with contextlib.suppress(OSError):
            self._stream.close()
        self._socket.close()
        self._process.kill()
        self._process.wait()


class Decoders:
    """Processes that stay for the next files; there are as many as were needed at a time."""

    def __init__(self) -> None:
        self._idle: list[Decoder] = []
        self._lock = threading.Lock()

    def decode(self, files: Sequence[bytes], limits: dict[str, int]) -> list[Answer]:
        """Return what `app.images.decoder` answers to each of the files, in their order."""
        done: list[Answer] = []
        while len(done) < len(files):
            try:
                with self._one() as decoder:
                    done.extend(decoder.answers(limits, files[len(done) :]))
            except (EOFError, OSError, ValueError):
                done.append(self._alone(files[len(done)], limits))
        return done

    def _alone(self, file: bytes, limits: dict[str, int]) -> Answer:
        """Return the answer to a file whose decoder ended, from one that gets nothing else."""
        try:
            with self._one(Decoder()) as decoder:
                return next(decoder.answers(limits, [file]))
        except (EOFError, OSError, ValueError) as error:
            log.warning("decoder.crashed", bytes=len(file), error=type(error).__name__)
            return {"refused": CRASHES}, []

    @contextmanager
    def _one(self, decoder: Decoder | None = None) -> Iterator[Decoder]:
        if decoder is None:
            with self._lock:
                decoder = self._idle.pop() if self._idle else None
        decoder = decoder or Decoder()
        try:
            yield decoder
        except BaseException:
            decoder.end()
            raise
        with self._lock:
            self._idle.append(decoder)

    def close(self) -> None:
        """End the processes that are idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for decoder in idle:
            decoder.end()


decoders = Decoders()
"""Those of this process."""
atexit.register(decoders.close)
