"""The commands of docs/operations.md, as they stand there: what the page says is what the tests run."""

import re
import textwrap
from functools import cache
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "operations.md"


@cache
def blocks() -> dict[str, list[str]]:
    """Return the indented blocks of commands below each heading, in their order."""
    found: dict[str, list[str]] = {}
    heading, lines = "", list[str]()
    for line in [*PAGE.read_text().splitlines(), "# the end"]:
        if line.startswith("    ") or (lines and not line.strip()):
            lines.append(line)
            continue
        block = textwrap.dedent("\n".join(lines)).strip()
        if block:
            found.setdefault(heading, []).append(block)
        lines = []
        if title := re.match(r"#+ (.+)", line):
            heading = title[1]
    return found


def commands(heading: str) -> str:
    """Return the block below `heading` that runs `docker compose`."""
    (block,) = [each for each in blocks()[heading] if "docker compose" in each]
    return block
