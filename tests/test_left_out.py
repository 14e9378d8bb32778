"""What a slow machine leaves out is said in one line; continuous integration leaves out nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import pytest

@pytest.mark.slow
@pytest.mark.parametrize("number", range(3))
def test_long(number): pass

@pytest.mark.e2e
def test_browser(): pass

def test_short(): pass
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with three slow tests, one of a browser and a short one."""
    (tmp_path / "test_some.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  slow\n  alone\n  e2e\n")
    return tmp_path


def run(folder: Path, *arguments: str, ci: str = "") -> list[str]:
    """Return the lines that pytest prints about the tests in `folder`, the time for slow ones being over."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.left_out", "-p", "no:randomly"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    ran = subprocess.run(
        [*command, f"--rootdir={folder}", f"-c{folder}/pytest.ini", str(folder), *arguments],
        env=environment | {"CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout.splitlines()


def left_out(lines: list[str]) -> list[str]:
    """Return the lines that say what was left out."""
    return [line for line in lines if line.startswith("Left out")]


def test_the_last_run_says_what_all_left_out(folder: Path) -> None:
    (first,) = left_out(run(folder, "-m", "e2e", "--slow-until", "1"))
    assert first == "Left out, for the time for slow tests is over: 1 test: test_some.py::test_browser"
    lines = run(folder, "-m", "slow", "-n", "2", "--slow-until", "1")
    (last,) = left_out(lines)
    assert "4 tests: test_some.py::test_browser, test_some.py::test_long[0]" in last
    assert left_out(run(folder, "-m", "not slow and not e2e", "--slow-until", "2")) == []


def test_continuous_integration_leaves_out_nothing(folder: Path) -> None:
    lines = run(folder, "--slow-until", "1", ci="true")
    assert left_out(lines) == []
    assert "5 passed" in lines[-1]
