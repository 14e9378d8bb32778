"""The child's side of the pipes: answers that nothing else can mix with, and errors that say what to do."""

import errno
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from safetensors import SafetensorError

from ml.errors import PausedError, UnusableInputError
from worker.child.program import PAUSE, Answer


def last_answer(error: Exception) -> dict[str, Any]:
    """Return what the child says about `error`."""
    stream = io.StringIO()
    Answer(stream).failure(error)
    answer: dict[str, Any] = json.loads(stream.getvalue())
    return answer


def test_stray_prints_of_python_and_of_libraries_do_not_reach_the_answers() -> None:
    script = (
        "import os; from worker.child.program import claim_stdout; answers = claim_stdout();"
        "print('stray', flush=True); os.write(1, b'stray too'); answers.write('answer')"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "answer"
    assert "stray" in ran.stderr


@pytest.mark.parametrize(
    ("error", "message", "cause"),
    [
        (UnusableInputError("the archive is empty"), "the archive is empty", "input"),
        (ValueError("3 rows, 4 labels"), "ValueError: 3 rows, 4 labels", "fault"),
        (
            MemoryError("40 GiB"),
            "There is not enough memory for this (MemoryError: 40 GiB).",
            "memory",
        ),
        (OSError(errno.ENOSPC, "No room"), "OSError: [Errno 28] No room", "disk"),
        (
            SafetensorError("I/O error: No space left on device (os error 28)"),
            "SafetensorError: I/O error: No space left on device (os error 28)",
            "disk",
        ),
        (PausedError(), "PausedError", "paused"),
    ],
)
def test_an_error_says_whether_another_try_may_help(error: Exception, message: str, cause: str) -> None:
    assert last_answer(error) == {"error": message, "cause": cause}


def test_the_child_answers_a_job_it_does_not_know_and_ends_with_its_input() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "worker.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write('{"operation": "bake", "request": {}}\nnot JSON\n')
    child.stdin.flush()
    answers = [json.loads(child.stdout.readline()) for _line in range(2)]
    child.stdin.close()
    assert answers[0] == {"error": "ValueError: unknown operation 'bake'", "cause": "fault"}
    assert answers[1]["error"].startswith("JSONDecodeError")
    assert child.wait(10) == 0


def test_a_wish_to_pause_that_comes_right_after_its_job_is_heeded(tmp_path: Path) -> None:
    config = {"mode": "vup", "backbone": "resnet_small", "image_size": 16, "batch_size": 64, "epochs": 50}
    source = {"kind": "dataset", "name": "digits-8x8"}
    folders = {"cache_directory": str(tmp_path / "cache"), "output_directory": str(tmp_path / "output")}
    job = {"operation": "pretrain", "request": {"config": config, "source": source} | folders}
    child = subprocess.Popen(
        [sys.executable, "-m", "worker.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(json.dumps(job).encode() + b"\n" + PAUSE)
    child.stdin.flush()
    answers = (json.loads(line) for line in child.stdout)
    answer = next(each for each in answers if {"error", "result"} & each.keys())
    child.stdin.close()
    assert answer == {"error": "PausedError", "cause": "paused"}
    assert child.wait(10) == 0
