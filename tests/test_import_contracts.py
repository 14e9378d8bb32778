"""The import rules in pyproject.toml hold for modules that are added later, without naming them."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Return a copy of the code and its import rules."""
    for package in ("app", "ml", "worker"):
        leave_out = shutil.ignore_patterns("static", "__pycache__")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=leave_out)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken(tree: Path) -> str:
    """Return what import-linter says of the code in `tree`, or "" where it has no complaint."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    environment = {"PYTHONPATH": str(tree), "PATH": "/usr/bin:/bin"}
    ran = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    assert "Broken contracts" in ran.stdout or ran.returncode == 0, ran.stdout + ran.stderr
    return "" if ran.returncode == 0 else ran.stdout.partition("Broken contracts")[2]


REFUSED = [
    ("app/visitor.py", "import ml.newcomer", "app is not allowed to import ml.newcomer"),
    ("app/core/visitor.py", "import ml.encoders.newcomer", "app is not allowed to import ml.encoders"),
    ("ml/config/visitor.py", "import ml.newcomer", "ml.config is not allowed to import ml.newcomer"),
    ("ml/errors.py", "import ml.newcomer", "No cycles are allowed in ml"),
    ("app/core/visitor.py", "import app.projects", "app.core is not allowed to import app.projects"),
]


@pytest.mark.parametrize(("module", "line", "said"), REFUSED)
def test_a_new_module_needs_no_line_in_the_rules(tree: Path, module: str, line: str, said: str) -> None:
    (tree / "ml" / "newcomer.py").write_text("import ml.errors\n")
    (tree / "ml" / "encoders" / "newcomer.py").write_text("")
    with (tree / module).open("a") as file:
        file.write(f"{line}\n")
    assert said in " ".join(broken(tree).split())
