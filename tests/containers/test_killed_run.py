"""A run that was killed with its containers running: the next one removes them, and all else that it left."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.containers import engine, folder
from tests.containers.__main__ import clean_up
from tests.containers.limited import run

SECONDS = 120
CONTAINER = ("--restart", "unless-stopped", "--publish", "127.0.0.1::8400", "--volume", "kept:/data")


@pytest.mark.skipif(os.environ.get("CONTAINER_ENGINE") != "podman", reason="Docker has one store for all")
def test_the_next_run_removes_what_a_killed_one_left() -> None:
    scratch = Path(os.environ[folder.VARIABLE]) / "killed"
    (scratch / "root").mkdir(parents=True)
    (scratch / "tmp").mkdir()
    own = os.environ | {folder.VARIABLE: str(scratch), "TMPDIR": str(scratch / "tmp")}
    podmans = own | engine.private_settings(scratch / "podman")
    shutil.copy("/usr/bin/catatonit", scratch / "root" / "pause")  # a static program that waits
    run("tar", "-C", scratch / "root", "-cf", scratch / "root.tar", ".", seconds=SECONDS)
    run("podman", "import", scratch / "root.tar", "pause", seconds=SECONDS, env=podmans)
    before = bridges()
    run("podman", "network", "create", "killed", seconds=SECONDS, env=podmans)
    for name in ("one", "two"):
        words = ("--detach", "--name", name, "--network", "killed", *CONTAINER)
        run("podman", "run", *words, "pause", "/pause", "-P", seconds=SECONDS, env=podmans)
    assert bridges() > before
    with subprocess.Popen(["sleep", "600"], env=own) as orphan, folder.held(scratch, keep=False):
        assert folder.processes(scratch)
        assert folder.mounts(scratch)
        clean_up(scratch, "podman", own, keep=False)
        assert orphan.wait(10) < 0
        assert folder.left(scratch) == []
    assert not scratch.exists()
    assert bridges() == before


def bridges() -> set[str]:
    """Return the bridges that podman has made on this machine."""
    return {path.name for path in Path("/sys/class/net").glob("podman*")}
