"""Tests that share a service run in one process, however many there are."""

import os
import subprocess
import sys
from pathlib import Path

TESTS = """
import os
import time
from pathlib import Path

import pytest

@pytest.mark.parametrize("number", range(8))
def test_some(number):
    with Path(__file__).with_suffix(".processes").open("a") as file:
        file.write(os.environ["PYTEST_XDIST_WORKER"] + " ")
    time.sleep(0.3)
"""


def test_tests_of_one_service_run_in_one_process(tmp_path: Path) -> None:
    for folder in ("service", "app"):
        (tmp_path / "tests" / folder).mkdir(parents=True)
        (tmp_path / "tests" / folder / f"test_{folder}.py").write_text(TESTS)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  slow\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.groups", "-p", "xdist", "-n", "3"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    ran = subprocess.run(
        [*command, "--dist", "loadgroup", f"--rootdir={tmp_path}", f"-c{tmp_path}/pytest.ini", str(tmp_path)],
        env=environment | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    used = {path.stem: set(path.read_text().split()) for path in tmp_path.rglob("*.processes")}
    assert len(used["test_service"]) == 1
    assert len(used["test_app"]) > 1
