"""`eigenlabel backup`, `restore` and `verify` as people use them: what they print, and how they end."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import Engine

from app.core.database import write_session
from app.core.models import User
from app.core.storage import get_storage
from tests.app.backups.conftest import furnish
from tests.worker.conftest import Run

pytestmark = pytest.mark.only("sqlite", "the databases are told apart in tests/app/backups")


@pytest.fixture
def furnished(engine: Engine) -> None:
    """Have an installation with something of everything."""
    furnish()


def test_backup_then_verify_then_restore(run: Run, furnished: None, tmp_path: Path) -> None:
    backup = tmp_path / "a [bold]backup"
    status, told, errors = run("backup", str(backup))
    assert (status, errors) == (0, "")
    assert told.startswith(f"{backup}: ")
    assert "18 blobs" in told
    for words in (["verify"], ["verify", "--quick"], ["verify", str(backup)]):
        status, told, errors = run(*words)
        assert (status, errors) == (0, "")
        counts = dict(line.rsplit(maxsplit=1) for line in told.splitlines())
        assert (counts["images"], counts["queries"], counts["faults"]) == ("5", "3", "0")
    status, _told, errors = run("restore", str(backup))
    assert (status, errors.count("\n")) == (2, 1)
    assert "The installation is not empty" in errors
    assert run("restore", str(backup), "--overwrite")[0] == 0
    status, told, _errors = run("restore", str(backup), "--data", str(tmp_path / "data of its own"))
    assert status == 2, "the database is still the same"


def test_only_its_owner_can_read_a_backup(run: Run, furnished: None, tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        assert run("backup", str(tmp_path / "backup"))[0] == 0
    finally:
        os.umask(mask)
    for path in [tmp_path / "backup", *(tmp_path / "backup").rglob("*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_faults_are_listed_and_the_status_is_1(run: Run, furnished: None, tmp_path: Path) -> None:
    get_storage().delete("steps/zero/4/images.json")
    for words in (["backup", str(tmp_path / "backup")], ["verify"], ["verify", str(tmp_path / "backup")]):
        status, told, errors = run(*words)
        assert (status, errors) == (1, "")
        assert "steps/zero/4/images.json is missing" in told.splitlines()
    (tmp_path / "backup" / "blobs.jsonl").write_text("")
    status, told, _errors = run("verify", str(tmp_path / "backup"))
    assert status == 1
    assert "blobs.jsonl is not what was written: its sha256 is not the manifest's" in told


@pytest.mark.parametrize("command", ["restore", "verify"])
def test_what_is_no_backup_is_one_line(run: Run, engine: Engine, tmp_path: Path, command: str) -> None:
    status, told, errors = run(command, str(tmp_path / "nowhere"))
    assert (status, told, errors.count("\n")) == (2, "", 1)
    assert "is not a complete backup: it has no manifest.json." in errors


def test_a_place_that_is_taken_or_cannot_be_written_is_one_line(run: Run, furnished: None) -> None:
    for place, reason in (("/proc/backup", "No such file or directory"), ("/etc", "is there already")):
        status, told, errors = run("backup", place)
        assert (status, told, errors.count("\n")) == (2, "", 1)
        assert reason in errors


def mountable() -> bool:
    """Return whether this process may mount a small disk for another."""
    command = ["unshare", "--mount", "true"]
    return shutil.which("unshare") is not None and not subprocess.run(command, check=False).returncode


@pytest.mark.skipif(not mountable(), reason="only root may mount a small disk")
def test_a_full_disk_is_one_line_and_leaves_no_backup(furnished: None, tmp_path: Path) -> None:
    get_storage().put("steps/zero/4/large", bytes(300_000))
    script = 'mount -t tmpfs -o size=128k tmpfs "$1"; shift; "$@"; status=$?; ls "$0"; exit $status'
    disk = tmp_path / "disk"
    disk.mkdir()
    eigenlabel = [sys.executable, "-m", "worker.cli", "backup", str(disk / "backup")]
    command = ["unshare", "--mount", "sh", "-uc", script, str(disk), str(disk), *eigenlabel]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (2, "backup.partial\n")
    assert ran.stderr.count("\n") == 1
    assert "No space left on device" in ran.stderr


def test_a_killed_backup_is_none_and_the_next_one_finishes(run: Run, furnished: None, tmp_path: Path) -> None:
    with get_storage().together() as batch:
        for number in range(3000):
            batch.put(f"steps/zero/4/{number}", bytes(1000))
    command = [sys.executable, "-m", "worker.cli", "backup", str(tmp_path / "backup")]
    process = subprocess.Popen(command)
    deadline = time.monotonic() + 60
    while len(list((tmp_path / "backup.partial").glob("blobs/steps/zero/4/*"))) < 200:
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert run("restore", str(tmp_path / "backup"), "--overwrite")[0] == 2
    assert run("restore", str(tmp_path / "backup.partial"), "--overwrite")[0] == 2
    assert run("backup", str(tmp_path / "backup"))[0] == 0
    status, told, _errors = run("verify", str(tmp_path / "backup"))
    assert status == 0
    assert "3,018" in told


def test_an_empty_installation_can_be_backed_up(run: Run, engine: Engine, tmp_path: Path) -> None:
    with write_session() as session:
        session.add(User(name="olga"))
    assert run("backup", str(tmp_path / "backup"))[0] == 0
    assert run("verify", str(tmp_path / "backup"))[0] == 0
