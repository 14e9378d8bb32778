"""The documentation site: the API's reference has everything, and every page is in the navigation."""

import re
from pathlib import Path

import pytest
import yaml

from app.main import create_app
from scripts import api_reference

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    """Return the pages of the API's reference by their file names."""
    return api_reference.pages(create_app().openapi())


def test_every_route_is_described_with_what_it_takes(pages: dict[str, str]) -> None:
    text = "".join(pages.values())
    for path, operations in create_app().openapi()["paths"].items():
        for method, described in operations.items():
            assert f"`{method.upper()} {path}`" in text
            assert described["description"].strip() in text
            for each in described.get("parameters", []):
                assert each["in"] == "cookie" or f"| `{each['name']}` | {each['in']} |" in text


def test_links_lead_to_pages_and_headings_that_are_there(pages: dict[str, str]) -> None:
    links = set(re.findall(r"\]\(([\w-]+\.md)#?([\w-]*)\)", "".join(pages.values())))
    assert len(links) > 100
    assert {page for page, _ in links} <= set(pages)
    headings = {name.lower() for name in re.findall(r"^## (\w\S*)$", pages["bodies.md"], re.MULTILINE)}
    assert {heading for page, heading in links if heading} <= headings


def test_a_field_tells_its_bounds_and_its_default(pages: dict[str, str]) -> None:
    lines = re.findall(r"^\| `target_share` .*$", pages["bodies.md"], re.MULTILINE)
    assert lines
    for line in lines:  # one a method of pretraining
        assert "| default `0.2` |" in line
        assert "more than 0.0, at most 10.0" in line


def listed(entries: list[dict[str, object]] | str) -> set[str]:
    """Return the pages that a part of the navigation names."""
    if isinstance(entries, str):
        return {entries}
    return {page for entry in entries for below in entry.values() for page in listed(below)}  # type: ignore[arg-type]


def test_every_page_is_in_the_navigation() -> None:
    navigation = listed(yaml.safe_load((ROOT / "mkdocs.yml").read_text())["nav"])
    written = {str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")}
    by_the_index = {name for name in written if re.match(r"docs/adr/\d", name)}
    assert written - by_the_index == {page for page in navigation if page.startswith("docs/")}
