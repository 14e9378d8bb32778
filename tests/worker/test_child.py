"""The child's side of the pipes: answers that nothing else can mix with, and errors that say what to do."""

import io
import json
import subprocess
import sys
from typing import Any

import pytest

from ml.errors import UnusableInputError
from worker.child import Answer


def last_answer(error: Exception) -> dict[str, Any]:
    """Return what the child says about `error`."""
    stream = io.StringIO()
    Answer(stream).failure(error)
    answer: dict[str, Any] = json.loads(stream.getvalue())
    return answer


def test_stray_prints_of_python_and_of_libraries_do_not_reach_the_answers() -> None:
    script = (
        "import os; from worker.child import claim_stdout; answers = claim_stdout();"
        "print('stray', flush=True); os.write(1, b'stray too'); answers.write('answer')"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "answer"
    assert "stray" in ran.stderr


@pytest.mark.parametrize(
    ("error", "message", "retry"),
    [
        (UnusableInputError("the archive is empty"), "the archive is empty", False),
        (ValueError("3 rows, 4 labels"), "ValueError: 3 rows, 4 labels", False),
        (MemoryError("40 GiB"), "MemoryError: 40 GiB", True),
    ],
)
def test_an_error_says_whether_another_try_may_help(error: Exception, message: str, retry: bool) -> None:
    assert last_answer(error) == {"error": message, "retry": retry}


def test_the_child_answers_a_job_it_does_not_know_and_ends_with_its_input() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "worker.child"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write('{"operation": "bake", "request": {}}\nnot JSON\n')
    child.stdin.flush()
    answers = [json.loads(child.stdout.readline()) for _line in range(2)]
    child.stdin.close()
    assert answers[0] == {"error": "ValueError: unknown operation 'bake'", "retry": False}
    assert answers[1]["error"].startswith("JSONDecodeError")
    assert child.wait(10) == 0
