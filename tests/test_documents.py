"""The tests that docs/hazards.md names are there."""

import ast
import re
from pathlib import Path

import pytest

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
