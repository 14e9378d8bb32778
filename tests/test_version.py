"""The version is written once, in ml/version.py; what else tells it reads it there."""

import json
import re
import tomllib
from importlib.metadata import version
from pathlib import Path

from app.main import create_app
from ml.version import VERSION

ROOT = Path(__file__).parents[1]


def test_the_package_and_the_api_tell_the_version() -> None:
    assert version("eigenlabel") == VERSION, "run `pip install --editable .` again"
    assert create_app().openapi()["info"]["version"] == VERSION


def test_no_other_file_has_a_version_of_its_own() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert "version" not in project["project"]
    assert project["tool"]["setuptools"]["dynamic"]["version"] == {"attr": "ml.version.VERSION"}
    for name in ("package.json", "package-lock.json"):
        told = json.loads((ROOT / "frontend" / name).read_text())
        assert "version" not in told
        assert "version" not in told.get("packages", {}).get("", {})
    images = re.findall(r"image: eigenlabel:(\S+)", (ROOT / "docker-compose.yml").read_text())
    assert set(images) == {"api", "cpu", "gpu"}, "images of the service are tagged by kind"


def test_the_newest_section_of_the_changelog_is_this_version() -> None:
    sections = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert sections[0] == "Unreleased"
    assert re.fullmatch(rf"{re.escape(VERSION)} - \d{{4}}-\d\d-\d\d", sections[1])
