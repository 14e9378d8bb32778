"""What documents name is there: the tests of docs/hazards.md, the settings and their defaults."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from app.core.config import Settings

ROOT = Path(__file__).parents[1]
CODE = re.compile(r"`([^`]+)`")
NAMED = re.compile(r"(?:^|(?<= ))([\w./-]+\.(?:py|ts))?(?:::(\w[^`]*))?(?=$| )")


def functions(path: Path) -> set[str]:
    """Return the names of the tests of a file."""
    text = path.read_text()
    if path.suffix == ".ts":
        return {name for _, name in re.findall(r"\b(?:test|it)\(\s*(['\"`])(.+?)\1", text)}
    return {node.name for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef)}


def unresolved(row: str) -> list[str]:
    """Return what a row of a table names, as `path`, `path::name` or `::name` of the path before, in vain."""
    missing, path = list[str](), ""
    for code in CODE.findall(row):
        for found, name in NAMED.findall(code):
            path = found or path
            file = ROOT / path
            if (found or name) and (
                not file.is_file() or (name and name.split("[")[0] not in functions(file))
            ):
                missing.append(code)
    return missing


def rows() -> list[str]:
    """Return the rows of the tables, without their heads."""
    lines = (ROOT / "docs/hazards.md").read_text().splitlines()
    return [line for line in lines if line.startswith("| ") and not line.endswith(("| test |", "| --- |"))]


def test_every_hazard_names_tests_that_are_there() -> None:
    cases = rows()
    assert len(cases) > 100
    assert [missing for row in cases for missing in unresolved(row)] == []
    assert [row for row in cases if not re.search(r"\.(py|ts)", row.rsplit(" | ", 1)[1])] == []


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        ("`test_documents.py`", ["test_documents.py"]),
        ("`tests/test_documents.py::test_nothing`", ["tests/test_documents.py::test_nothing"]),
        ("`tests/test_documents.py`, `::test_nothing`", ["::test_nothing"]),
        (
            "`frontend/src/lib/browser/keys.test.ts::nothing`",
            ["frontend/src/lib/browser/keys.test.ts::nothing"],
        ),
        (
            "`ml/images/files`, `tests/test_documents.py`, `::unresolved`; `benchmarks/chaos.py pretraining`",
            [],
        ),
    ],
)
def test_what_is_named_in_vain_is_found(row: str, missing: list[str]) -> None:
    assert unresolved(row) == missing


SETTING = re.compile(r"EIGENLABEL_[A-Z_]+[A-Z]")
OTHER_VARIABLES = {
    *("EIGENLABEL_PORT", "EIGENLABEL_ADDRESS", "EIGENLABEL_HOST", "EIGENLABEL_IMPORTS", "EIGENLABEL_BACKUPS"),
    *("EIGENLABEL_CACHE", "EIGENLABEL_DATASETS", "EIGENLABEL_LABEL_STUDIO"),
}
"""Of docker-compose.yml, of `eigenlab`, and of a test."""
UNITS = ((1024**3, "GiB"), (1024**2, "MiB"))


def in_words(name: str, default: Any) -> str:
    """Return the default of a setting as docs/settings.md writes it."""
    value = default.get_secret_value() if isinstance(default, SecretStr) else default
    if value in ("", [], None):
        return "empty"
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, int | float):
        return f"`{value}`"
    for unit, word in UNITS:
        if name.endswith("_bytes") and value % unit == 0:
            return f"{value // unit} {word}"
    return f"{value:,}"


def documents() -> list[Path]:
    """Return the files that name settings of today; the change log and decisions tell of old ones."""
    markdown = [path for path in (ROOT / "docs").rglob("*.md") if "adr" not in path.parts]
    return [*markdown, *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "docker-compose.yml"))]


def test_the_table_of_settings_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| `EIGENLABEL_(\w+)` \| (.+?) \|", (ROOT / "docs/settings.md").read_text(), re.M)
    expected = {
        name: in_words(name, field.get_default(call_default_factory=True, validated_data={}))
        for name, field in Settings.model_fields.items()
    }
    assert {name.lower(): default for name, default in rows} == expected


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_documents_name_settings_that_there_are(path: Path) -> None:
    known = {f"EIGENLABEL_{name.upper()}{end}" for name in Settings.model_fields for end in ("", "_FILE")}
    assert set(SETTING.findall(path.read_text())) - known - OTHER_VARIABLES == set()


@pytest.mark.parametrize(
    ("path", "told", "setting"),
    [
        ("docs/operations.md", r"`EIGENLABEL_MAX_CONNECTIONS` at a time \(([\d,]+)\)", "max_connections"),
        ("docs/operations.md", r"([\d.]+ GiB) at least \(`EIGENLABEL_MIN_FREE_BYTES`\)", "min_free_bytes"),
        (
            "docs/behind-a-proxy.md",
            r"up to ([\d.]+ GiB) \(`EIGENLABEL_MAX_UPLOAD_BYTES`\)",
            "max_upload_bytes",
        ),
        ("docs/exports.md", r"for (\d+) days \(`EIGENLABEL_IMAGE_LINK_DAYS`", "image_link_days"),
    ],
)
def test_defaults_told_in_passing_are_true(path: str, told: str, setting: str) -> None:
    found = re.findall(told, (ROOT / path).read_text())
    assert found == [in_words(setting, Settings.model_fields[setting].default)]


@pytest.mark.parametrize("variable", ["PORT", "ADDRESS", "HOST", "IMPORTS", "BACKUPS"])
def test_the_defaults_of_compose_are_told_as_they_are(variable: str) -> None:
    operations = (ROOT / "docs/operations.md").read_text()
    told = re.findall(rf"^\|[^|]*`EIGENLABEL_{variable}` \| (.+?) \|", operations, re.M)
    compose = (ROOT / "docker-compose.yml").read_text()
    assert told == list(set(re.findall(rf"\${{EIGENLABEL_{variable}:-([^}}]+)}}", compose)))
    assert told
