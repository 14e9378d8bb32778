"""What runs `tests/containers`: it ends whatever hangs, leaves nothing, and says where it cannot run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.containers import folder, limited
from tests.service.service import wait_until

ROOT = Path(__file__).parents[2]


def test_where_no_engine_is_one_line_says_so_and_nothing_has_failed(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "tests.containers"],
        cwd=ROOT, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    (line,) = ran.stdout.splitlines()
    assert line.startswith("test-containers: left out, no container engine: Docker does not answer")
    assert not ran.stderr


def test_a_command_that_hangs_is_ended_with_what_it_started_and_said(tmp_path: Path) -> None:
    script = f"echo here; sleep 600 & echo $! >{tmp_path}/pid; wait"
    with pytest.raises(limited.CommandError, match=r"no end within 1 s\nhere"):
        limited.run("bash", "-c", script, seconds=1)
    started = Path(f"/proc/{(tmp_path / 'pid').read_text().strip()}/status")

    def ended() -> bool:
        return not started.exists() or "State:\tZ" in started.read_text()

    wait_until(ended, 10)  # a process that is killed ends a moment later


def test_a_run_that_was_killed_leaves_nothing_to_the_next(tmp_path: Path) -> None:
    scratch = tmp_path / "run"
    scratch.mkdir()
    (scratch / "store").mkdir()
    marked = os.environ | {folder.VARIABLE: str(scratch)}
    with subprocess.Popen(["sleep", "600"], env=marked) as orphan, folder.held(scratch, keep=False):
        assert folder.left(scratch) == [f"process {orphan.pid}", f"file {scratch}/store"]
        folder.stop(scratch, [("false",)], marked)
        assert orphan.wait(10) < 0
        folder.clear(scratch)
        assert folder.left(scratch) == []
    assert not scratch.exists()
