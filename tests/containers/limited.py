"""Commands that end: each has its seconds, and what it said is told where it fails."""

import os
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO

TOLD = 6000


class CommandError(Exception):
    """What failed or took too long, and the end of what it said."""


def run(
    *command: str | Path,
    seconds: float,
    words: str = "",
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> str:
    """Return what a command prints, `words` on its input; CommandError where it fails or takes longer.

    Its output goes to files: a program that it leaves behind can hold a pipe open, but nobody up.
    """
    words_ = list(map(str, command))
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryFile() as given:
        given.write(words.encode())
        given.seek(0)
        with subprocess.Popen(
            words_, stdin=given, stdout=out, stderr=err, cwd=cwd, env=env, start_new_session=True
        ) as process:
            try:
                status = f"status {process.wait(seconds)}"
            except BaseException as error:
                os.killpg(process.pid, signal.SIGKILL)
                if not isinstance(error, subprocess.TimeoutExpired):
                    raise
                status = f"no end within {seconds:.0f} s"
        said, complained = (_text(file) for file in (out, err))
    if status != "status 0":
        raise CommandError(f"{' '.join(words_)}: {status}\n{said[-TOLD // 2 :]}\n{complained[-TOLD:]}")
    return said


def succeeds(*command: str | Path, seconds: float = 60, env: Mapping[str, str] | None = None) -> bool:
    """Return whether a command is there and ends well in time."""
    try:
        run(*command, seconds=seconds, env=env)
    except (OSError, CommandError):
        return False
    return True


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
