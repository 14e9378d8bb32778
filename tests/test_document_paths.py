"""The paths of the repository that documents name are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
CODE = re.compile(r"`([^`]+)`")
ROOMS = r"(?:app|ml|worker|tests|scripts|benchmarks|frontend/src|deploy|migrations|experiments|docs)"
PATH = re.compile(rf"^{ROOMS}/[\w./()+-]*[\w/]$")
MADE = "deploy/secrets/"  # by deploy/make_secrets.sh


def paths(text: str) -> set[str]:
    """Return the paths of the repository that a document names as code."""
    return {code for code in CODE.findall(text) if PATH.match(code) and not code.startswith(MADE)}


def test_every_path_that_a_document_names_is_there() -> None:
    names = ("README.md", "CONTRIBUTING.md", "SECURITY.md", "experiments/README.md")
    documents = [*(ROOT / name for name in names), *(ROOT / "docs").rglob("*.md")]
    named = {(file.name, path) for file in documents for path in paths(file.read_text())}
    assert len(named) > 80
    assert sorted((name, path) for name, path in named if not (ROOT / path).exists()) == []


def test_what_a_document_names_otherwise_is_no_path() -> None:
    text = "`app/main.py`, `deploy/without-*.yml`, `make run`, `deploy/secrets/database_url`"
    assert paths(text) == {"app/main.py"}
