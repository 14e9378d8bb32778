"""Every decision record has a number, a date, a status and the four sections, and the index lists all."""

import re
from datetime import date
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "docs/adr"
RECORDS = sorted(FOLDER.glob("[0-9]*.md"))
SECTIONS = ["Context", "Decision", "Alternatives", "Cost"]
STATUS = re.compile(r"(proposed|accepted|replaced by \[ADR \d+\]\(\d{4}-[a-z0-9-]+\.md\))(;.*)?")


def head(path: Path) -> tuple[int, str, str, str]:
    """Return number, title, date and status of a record."""
    found = re.match(r"# (\d+)\. (.+)\n\n- Date: (.+)\n- Status: (.+)\n\n## Context\n", path.read_text())
    assert found, f"{path.name}: the title, date and status are written otherwise"
    return int(found[1]), found[2], found[3], found[4]


@pytest.mark.parametrize("path", RECORDS, ids=lambda path: path.stem[:4])
def test_a_record_has_its_fields_and_sections(path: Path) -> None:
    number, title, day, status = head(path)
    assert path.name.startswith(f"{number:04d}-")
    assert not title.endswith(".")
    assert date.fromisoformat(day) >= date(2026, 11, 24), "before the project began"
    assert STATUS.fullmatch(status)
    parts = re.split(r"^## (.+)\n", path.read_text(), flags=re.MULTILINE)
    assert parts[1::2] == SECTIONS
    assert all(len(text.split()) >= 5 for text in parts[2::2]), "a section says nothing"


def test_records_are_numbered_without_gaps() -> None:
    assert [head(path)[0] for path in RECORDS] == list(range(1, len(RECORDS) + 1))
    assert len(RECORDS) >= 25


def test_the_index_lists_all_as_they_are() -> None:
    expected = [
        f"| {number} | [{title}]({path.name}) | {day} | {re.split(r'[ ;]', status)[0]} |"
        for path in RECORDS
        for number, title, day, status in [head(path)]
    ]
    assert re.findall(r"^\| \d.*$", (FOLDER / "README.md").read_text(), re.MULTILINE) == expected


def test_links_between_records_lead_somewhere() -> None:
    links = {name for path in RECORDS for name in re.findall(r"\]\((\d{4}-[^)#]+)\)", path.read_text())}
    assert links
    assert links <= {path.name for path in RECORDS}
