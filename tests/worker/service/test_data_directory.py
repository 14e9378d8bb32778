"""A data directory that others have used before: older releases, root, a restored volume."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from worker.command_errors import InputError
from worker.service.data_directory import LASTING, QUEUE, WORK, make_data_directory


@pytest.mark.parametrize("name", [*WORK, *QUEUE])
def test_a_file_in_the_way_of_a_folder_that_can_be_thrown_away_goes(data_directory: Path, name: str) -> None:
    path = data_directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    beside = data_directory / "notes.txt"
    beside.touch()
    make_data_directory()
    assert not path.exists()
    assert beside.exists(), "what is not in the way is left alone"


@pytest.mark.parametrize("name", ["blobs", "work"])
def test_what_somebody_may_miss_is_named_and_left_alone(data_directory: Path, name: str) -> None:
    path = data_directory / name
    if name in LASTING:
        path.write_text("precious")
    else:
        path.symlink_to("/nowhere/mounted")
    with pytest.raises(InputError, match=f"{path} is not a folder"):
        make_data_directory()
    assert path.is_symlink() or path.read_text() == "precious"


@pytest.mark.parametrize("name", ["blobs", "work/alive/gpu", "work/cache/features", "queue/messages"])
def test_a_folder_of_another_user_is_named(
    data_directory: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = data_directory / name
    path.mkdir(parents=True)
    allowed = os.access
    monkeypatch.setattr(
        os, "access", lambda folder, mode: folder != path and allowed(folder, mode)
    )  # root may
    with pytest.raises(InputError, match=f"{path} cannot be written to by the user {os.geteuid()}"):
        make_data_directory()


def modes(directory: Path) -> dict[str, str]:
    return {path.name: oct(path.stat().st_mode & 0o777) for path in sorted(directory.iterdir())}


def test_what_an_earlier_release_left_open_is_closed_to_other_users(data_directory: Path) -> None:
    data_directory.chmod(0o755)
    for name in ("blobs", "work", "queue"):
        (data_directory / name).mkdir(mode=0o755)
    for name in ("eigenlabel.sqlite3", "eigenlabel.sqlite3-wal"):
        (data_directory / name).touch(mode=0o644)
    make_data_directory()
    assert data_directory.stat().st_mode & 0o777 == 0o700
    assert modes(data_directory) == {
        "blobs": "0o700",
        "eigenlabel.sqlite3": "0o600",
        "eigenlabel.sqlite3-wal": "0o600",
        "queue": "0o700",
        "work": "0o700",
    }


def test_a_command_makes_what_only_its_user_can_read(tmp_path: Path) -> None:
    data = tmp_path / "new"
    command = [sys.executable, "-m", "worker.cli", "migrate", "--data", str(data)]
    before = os.umask(0o022)
    try:
        subprocess.run(command, check=True, cwd=Path(__file__).parents[3])
    finally:
        os.umask(before)
    assert data.stat().st_mode & 0o777 == 0o700
    assert (data / "eigenlabel.sqlite3").stat().st_mode & 0o777 == 0o600
