"""The timing of strategies runs, and every strategy chooses what it was asked for."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("extra", [[], ["--memory-map"]])
def test_prints_a_row_per_strategy(extra: list[str]) -> None:
    command = [sys.executable, "-m", "benchmarks.selection", "--images", "600", "--width", "16", "--ask", "7"]
    chosen = ["random", "max_herding", "propagated_herding"]
    command += ["--categories", "5", *extra, "--strategies", *chosen]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = [line.split("|") for line in output.splitlines() if line.startswith("| ")][2:]
    assert [row[1].strip() for row in rows] == chosen
    assert all(float(row[2]) >= 0 and float(row[4].replace(",", "")) > 10 for row in rows)
    assert [row[5].strip() for row in rows] == ["7", "7", "7"]
