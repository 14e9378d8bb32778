"""Hazard T50: the service as its container confines it, without a container engine.

It runs as a user without rights, on a file system that is read-only but for the data directory and /tmp, with
no home, no capability and no way to new privileges.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.service.conftest import write_digits
from tests.service.oracle import Oracle
from tests.service.service import EIGENLABEL, QUICK, Service, wait_until

USER = 10001
CONFINE = """
mount --bind "$EIGENLABEL_DATA" "$EIGENLABEL_DATA"
for each in $HIDDEN; do  # what lies below /tmp and is needed, as in a clone there
    mkdir -p "$ASIDE$each" && mount --bind "$each" "$ASIDE$each"
done
mount -t tmpfs -o mode=1777,size=1g tmpfs /tmp
for each in $HIDDEN; do
    mkdir -p "$each" && mount --move "$ASIDE$each" "$each" && mount -o remount,bind,ro "$each"
done
if [ -n "$CLOSED" ]; then  # an interpreter that lies where only root may look, as in an image it does not
    mkdir /tmp/python && mount --bind "$PYTHON_HOME" /tmp/python
    mount -t tmpfs -o mode=755 tmpfs "$CLOSED"
    mkdir -p "$PYTHON_HOME" && mount --move /tmp/python "$PYTHON_HOME" && rmdir /tmp/python
fi
mount -o remount,bind,ro /
exec setpriv --reuid 10001 --regid 10001 --clear-groups --bounding-set=-all --inh-caps=-all \\
    --no-new-privs "$@"
"""
PYTHON_HOME = Path(sys.base_prefix)
CLOSED = next((str(each) for each in reversed(PYTHON_HOME.parents) if not each.stat().st_mode & 1), "")
ROOT = Path(__file__).parents[2]
HIDDEN = " ".join(str(each) for each in (ROOT, PYTHON_HOME) if each.is_relative_to("/tmp"))
NAMESPACE = ("unshare", "--mount", "--propagation", "private", "sh", "-euc", CONFINE, "sh")


def confinable() -> bool:
    """Return whether this process may make a file system read-only for another."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "setpriv"))):
        return False
    command = ["unshare", "--mount", "true"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


pytestmark = pytest.mark.skipif(not confinable(), reason="only root may make a file system read-only")


@dataclass
class Confined(Service):
    """`eigenlabel serve`, confined; other commands run beside it."""

    @property
    def environment(self) -> dict[str, str]:
        """Return the variables that its processes run with: few, and no home that is there."""
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        settings = {"EIGENLABEL_DATA": str(self.data), "EIGENLABEL_IMPORT_ROOTS": f'["{self.import_root}"]'}
        python = {"PYTHON_HOME": str(PYTHON_HOME), "CLOSED": CLOSED, "PYTHONDONTWRITEBYTECODE": "1"}
        python |= {"HIDDEN": HIDDEN, "ASIDE": str(self.data.parent / "aside")}
        return kept | QUICK | settings | python | {"HOME": "/nonexistent"}

    def start(self, *options: str, directory: Path | None = None) -> None:
        """Start it and wait until it is ready."""
        command = [*NAMESPACE, *EIGENLABEL, "serve", "--port", str(self.port), *options]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log)
        wait_until(self.is_ready, 60, self.log)

    def run(self, *words: str) -> str:
        """Return what another `eigenlabel` command prints, confined as well."""
        command = [*NAMESPACE, *EIGENLABEL, *words]
        ran = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=True)
        return ran.stdout.strip()


@pytest.fixture
def confined() -> Iterator[Confined]:
    """Return the running service; its folders are outside /tmp, which it has for itself."""
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="eigenlabel-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "data").mkdir()
        os.chown(folder / "data", USER, USER)
        service = Confined(folder / "data", write_digits(folder / "photos", 3, 1))
        service.start()
        yield service
        assert service.stop() == 0


def test_a_clone_below_the_temporary_folder_is_still_there_and_nothing_else_is() -> None:
    with (
        tempfile.TemporaryDirectory(dir="/tmp") as below,
        tempfile.TemporaryDirectory(dir="/var/tmp") as beside,
    ):
        (Path(below) / "clone").mkdir()
        (Path(below) / "clone" / "file").write_text("here")
        (Path(below) / "other").touch()
        given = {"PATH": os.environ["PATH"], "EIGENLABEL_DATA": beside, "CLOSED": ""}
        given |= {"HIDDEN": f"{below}/clone", "ASIDE": f"{beside}/aside"}
        command = [*NAMESPACE, "sh", "-c", f"cat {below}/clone/file; ls {below}; touch {below}/clone/new"]
        ran = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
        assert ran.stdout.split() == ["hereclone"], ran.stderr
        assert "Read-only file system" in ran.stderr or "Permission denied" in ran.stderr
        assert not (Path(below) / "clone" / "new").exists()


def test_a_round_starts_on_a_read_only_system_without_any_right(confined: Confined) -> None:
    status = {}
    for pid in confined.pids("worker.service.launch") + confined.pids("worker.child"):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        status = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
        assert status["Uid"].split() == [str(USER)] * 4
        assert int(status["CapEff"], 16) == int(status["CapBnd"], 16) == 0
        assert status["NoNewPrivs"] == "1"
        mounts = [line.split() for line in Path(f"/proc/{pid}/mounts").read_text().splitlines()]
        assert [fields[3].split(",")[0] for fields in mounts if fields[1] == "/"][-1] == "ro"
    assert status, "there are processes to look at"
    oracle = Oracle(confined.client())
    oracle.new_project()
    assert oracle.import_folder(confined.import_root / "pool", "pool")["created"] == 30
    files = {"files": ("a.png", next((confined.import_root / "test").rglob("*.png")).read_bytes())}
    oracle.call("POST", f"/projects/{oracle.project}/images", files=files, data={"split": "test"})
    started = oracle.start_round(oracle.bundled_encoder(), [1])
    oracle.play(started["id"], until_step=1)
    assert httpx.get(f"{confined.url}/ready").json()["status"] == "ready"
    assert "Read-only file system" not in confined.log.read_text()
