"""The script in the documentation: short, and it works as it is printed."""

import csv
import io
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tests.service.service import Service

SCRIPT = Path(__file__).parents[2] / "docs" / "rest_round.py"


def test_the_documented_script_plays_a_round(service: Service, digits: Path) -> None:
    assert len(SCRIPT.read_text().splitlines()) <= 40
    token = service.run("token", "create", "admin")
    command = [sys.executable, str(SCRIPT), service.url, token, str(digits / "pool")]
    played = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert played.returncode == 0, played.stderr
    rows = list(csv.DictReader(io.StringIO(played.stdout)))
    labelled = [row for row in rows if row["category"]]
    assert Counter(row["kind"] for row in labelled) == {"indicator": 10, "query": 20}
    assert all(row["filename"].startswith(f"{row['category']}--") for row in labelled)
    assert all(row["predicted_category"] for row in rows)
