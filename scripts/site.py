"""Build the documentation site: stage its pages below build/site-source, generate the references, render.

    python -m scripts.site

Pages keep their paths, so that links between them hold on the site as in the repository. Needs no network.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from app.main import create_app
from scripts.api_reference import pages

ROOT = Path(__file__).parents[1]
STAGE = ROOT / "build/site-source"
PAGES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "LICENSE", "NOTICE")
FOLDERS = ("docs", "LICENSES")
SINGLE = ("experiments/README.md", "frontend/static/favicon.svg")


def stage() -> None:
    """Copy the pages that are written by hand, and what they show."""
    shutil.rmtree(STAGE, ignore_errors=True)
    for name in FOLDERS:
        shutil.copytree(ROOT / name, STAGE / name)
    for name in (*PAGES, *SINGLE):
        (STAGE / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, STAGE / name)


def modules(package: str) -> list[str]:
    """Return the names of a package's modules that have something to show, in their order."""
    files = sorted((ROOT / package).rglob("*.py"))
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files if file.stat().st_size]
    return [name.removesuffix(".__init__") for name in names if not name.endswith("__main__")]


def write_references() -> None:
    """Write the pages that are made from the code."""
    api = STAGE / "reference/api"
    api.mkdir(parents=True)
    for name, text in pages(create_app().openapi()).items():
        (api / name).write_text(text)
    ml = STAGE / "reference/ml"
    ml.mkdir()
    names = modules("ml")
    for name in names:
        (ml / f"{name}.md").write_text(f"# `{name}`\n\n::: {name}\n")
    links = "\n".join(f"- [`{name}`]({name}.md)" for name in names)
    (ml / "index.md").write_text(
        f"# The package ml\n\nThe method, without web, database and queue; from the docstrings.\n\n{links}\n"
    )


def main() -> int:
    """Build the site into build/site; returns the renderer's status: not 0 where a link leads nowhere."""
    stage()
    write_references()
    renderer = Path(sys.executable).parent / "zensical"
    finished = subprocess.run(
        [renderer, "build", "--clean", "--strict"], check=False, cwd=ROOT, capture_output=True, text=True
    )
    if finished.returncode:
        print(finished.stdout + finished.stderr, file=sys.stderr)
    return finished.returncode


if __name__ == "__main__":
    sys.exit(main())
