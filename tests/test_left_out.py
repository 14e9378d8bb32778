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
LACKING = """
import pytest

pytestmark = pytest.mark.skipif(True, reason="no GPU")

@pytest.mark.parametrize("number", range(6))
def test_on_a_gpu(number): pass

def test_else(): pass
"""
ABSENT = "import pytest; pytest.importorskip('no_such_module')"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with three slow tests, one of a browser and a short one."""
    (tmp_path / "test_some.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  slow\n  alone\n  e2e\n")
    return tmp_path


def run(folder: Path, *arguments: str, ci: str = "") -> list[str]:
    """Return the lines that pytest prints about the tests in `folder`, the time for slow ones being over."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.left_out", "-p", "xdist"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    ran = subprocess.run(
        [*command, f"--rootdir={folder}", f"-c{folder}/pytest.ini", str(folder), *arguments],
        env=environment | {"CI": ci, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout.splitlines()


def left_out(lines: list[str]) -> list[str]:
    """Return the lines that say what was left out."""
    return [line for line in lines if line.startswith("Left out:")]


def test_the_last_run_says_what_all_left_out(folder: Path) -> None:
    (first,) = left_out(run(folder, "-m", "e2e", "--slow-until", "1"))
    assert first == "Left out: 1 test, for the time for slow tests is over: test_some.py::test_browser"
    lines = run(folder, "-m", "slow", "-n", "2", "--slow-until", "1")
    (last,) = left_out(lines)
    names = "test_some.py::test_browser, test_some.py::test_long[0]"
    assert f"4 tests, for the time for slow tests is over: {names}" in last
    assert left_out(run(folder, "-m", "not slow and not e2e", "--slow-until", "2")) == []


@pytest.fixture
def lacking(folder: Path) -> Path:
    """Return the folder, with tests that need what is not here besides."""
    (folder / "test_gpu.py").write_text(LACKING)
    (folder / "test_absent.py").write_text(ABSENT)
    return folder


def test_continuous_integration_says_what_else_is_left_out_and_why(lacking: Path) -> None:
    lines = run(lacking, "-n", "2", ci="true")
    (line,) = left_out(lines)
    assert "; 7 tests, for no GPU: test_gpu.py::test_else, test_gpu.py::test_on_a_gpu[0]" in line
    assert line.endswith("test_gpu.py::test_on_a_gpu[3] and 2 more")
    assert line.startswith("Left out: 1 test, for could not import 'no_such_module'")
    assert "5 passed" in lines[-1]


def test_the_last_run_says_what_was_lacking_in_the_first(lacking: Path) -> None:
    run(lacking, "-m", "not slow and not e2e", "--slow-until", "1", ci="true")
    (line,) = left_out(run(lacking, "-m", "slow", "--slow-until", "1", "--ignore-glob=*gpu*", ci="true"))
    assert "7 tests, for no GPU" in line


def test_continuous_integration_leaves_out_nothing(folder: Path) -> None:
    lines = run(folder, "--slow-until", "1", ci="true")
    assert left_out(lines) == []
    assert "5 passed" in lines[-1]
