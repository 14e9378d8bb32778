"""A shallow clone gets its history where that can be reached, and stays as it is where not."""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts/whole_history.sh"


def git(folder: Path, *words: str) -> str:
    """Return what git prints in `folder`."""
    author = ["-c", "user.name=olga", "-c", "user.email=olga@example.org"]
    command = ["git", "-C", str(folder), *author, *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a clone of the last of three commits."""
    origin = tmp_path / "origin"
    origin.mkdir()
    git(origin, "init", "--quiet")
    for number in range(3):
        git(origin, "commit", "--quiet", "--allow-empty", "--message", str(number))
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{origin}", "clone")
    return tmp_path / "clone"


def commits_after_the_script(clone: Path) -> tuple[int, str]:
    """Return how many commits the clone has, and what was complained of."""
    ran = subprocess.run([SCRIPT], cwd=clone, capture_output=True, text=True, check=True)
    return len(git(clone, "log", "--oneline").splitlines()), ran.stderr


def test_a_shallow_clone_becomes_whole(clone: Path) -> None:
    assert commits_after_the_script(clone) == (3, "")
    assert commits_after_the_script(clone) == (3, "")


def test_a_clone_whose_origin_is_gone_goes_on(clone: Path) -> None:
    shutil.rmtree(clone.parent / "origin")
    commits, told = commits_after_the_script(clone)
    assert commits == 1
    assert told.endswith("The history is not whole: it could not be fetched.\n")
