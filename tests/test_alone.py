"""A test that is marked `alone` runs beside no other."""

import os
import subprocess
import sys
from pathlib import Path

TESTS = """
import time
from pathlib import Path

import pytest

HERE = Path(__file__).parent

@pytest.mark.parametrize("number", range(20))
def test_other(number):
    mark = HERE / f"{number}.running"
    mark.touch()
    time.sleep(0.02)
    mark.unlink()

@pytest.mark.alone
@pytest.mark.parametrize("number", range(3))
def test_lone(number):
    for _ in range(20):
        assert not list(HERE.glob("*.running"))
        time.sleep(0.01)
"""


def test_nothing_runs_beside_a_lone_test(tmp_path: Path) -> None:
    (tmp_path / "test_some.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  alone\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.alone", "-p", "xdist", "-n", "3"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    ran = subprocess.run(
        [*command, f"--rootdir={tmp_path}", f"-c{tmp_path}/pytest.ini", str(tmp_path)],
        env=environment | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "23 passed" in ran.stdout
