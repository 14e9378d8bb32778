"""Figures of a publication, to stand beside ours: a small CSV file with a row a system and data set.

`images`, `encoder` and, where it matters, `strategy` name a row as our tables do; a column `+3` holds
accuracy in per cent with three labels a class beyond the indicator. Lines that start with # say where it
comes from.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from ml.errors import UnusableInputError
from ml.lab.experiment import ResultFile

NAMES = ("images", "encoder", "strategy")


@dataclass(frozen=True)
class Published:
    """`about` says what the figures are; `rows` are {column: cell}, as in the file."""

    about: str
    columns: list[str]
    rows: list[dict[str, str]]

    def figure(self, result: ResultFile, labels: float) -> str:
        """Return the published figure of the same images, encoder and strategy, "" where there is none."""
        own = (result.name, result.experiment.encoder_label, result.experiment.label)
        for row in self.rows:
            if all(row.get(name, mine) == mine for name, mine in zip(NAMES, own, strict=True)):
                return row.get(f"+{labels:g}", "")
        return ""

    def markdown(self) -> str:
        """Return all rows as a table below the words about them."""
        header = [f"1{column}" if column.startswith("+") else column for column in self.columns]
        lines = [header, ["---"] * len(header), *([row[c] for c in self.columns] for row in self.rows)]
        return f"{self.about}\n\n" + "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def read_published(path: Path) -> Published:
    """Return the figures at `path`. Raises UnusableInputError when there are none."""
    try:
        lines = path.read_text().splitlines()
        about = " ".join(line.removeprefix("#").strip() for line in lines if line.startswith("#"))
        reader = csv.DictReader((line for line in lines if not line.startswith("#")), strict=True)
        rows = [{name: value.strip() for name, value in row.items()} for row in reader]
        for row in rows:
            [float(value) for name, value in row.items() if name.startswith("+") and value]
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableInputError(f"{path} cannot be read") from error
    except (csv.Error, ValueError, AttributeError) as error:
        raise UnusableInputError(f"{path} is not a table of published figures") from error
    return Published(about, list(reader.fieldnames or []), rows)
