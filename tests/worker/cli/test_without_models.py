"""Without the extra `worker` the API and administration run, and workers say what they lack."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
RUN = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {absent}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
import importlib.util
found = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name in {absent} else found(name, *more)
sys.argv = ["eigenlabel", *{words}]
from worker.cli.main import main
main()
"""
MODULES = {"scikit-learn": "sklearn", "faiss-cpu": "faiss"}


def absent() -> set[str]:
    """Return the modules that only the extra `worker` brings."""
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    names = (re.split(r"[^\w-]", each)[0] for each in extras["worker"])
    return {MODULES.get(name, name.replace("-", "_")) for name in names}


def run(*words: str, stdin: str = "") -> "subprocess.CompletedProcess[str]":
    script = RUN.format(absent=absent(), words=list(words))
    return subprocess.run(
        [sys.executable, "-c", script], input=stdin, capture_output=True, text=True, check=False, cwd=ROOT
    )


def test_administration_needs_no_model(tmp_path: Path) -> None:
    data = ["--data", str(tmp_path / "data")]
    (tmp_path / "photos").mkdir()
    assert {"torch", "timm", "sklearn", "faiss"} <= absent()
    for words, stdin in (
        (["migrate"], ""),
        (["user", "create", "olga", "--admin"], "a long password\n"),
        (["sign-in-link", "olga"], ""),
        (["verify"], ""),
        (["backup", str(tmp_path / "backup")], ""),
        (["restore", str(tmp_path / "backup"), "--overwrite"], ""),
    ):
        ran = run(*words, *data, stdin=stdin)
        assert ran.returncode == 0, ran.stderr
    ran = run("import", "nobody", str(tmp_path / "photos"), *data)
    assert (ran.returncode, ran.stderr.count("\n")) == (2, 1), ran.stderr


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_worker_says_what_to_install(tmp_path: Path, command: str) -> None:
    ran = run(command, "--data", str(tmp_path / "data"))
    assert (ran.returncode, ran.stderr) == (
        2,
        "eigenlabel: Workers need torch, which is not installed: pip install 'eigenlabel[worker]'.\n",
    )
