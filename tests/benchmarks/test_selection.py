"""The timing of strategies runs, and every strategy chooses what it was asked for."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("chosen", "extra"), [(["random"], []), (["max_herding", "propagated_herding"], ["--memory-map"])]
)
def test_prints_a_row_per_strategy(chosen: list[str], extra: list[str]) -> None:
    command = [sys.executable, "-m", "benchmarks.selection", "--images", "600", "--width", "16", "--ask", "7"]
    command += ["--categories", "5", *extra, "--strategies", *chosen]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = [line.split("|") for line in output.splitlines() if line.startswith("| ")][2:]
    assert [row[1].strip() for row in rows] == chosen
    assert all(min(float(row[2]), float(row[4])) >= 0 and float(row[5].replace(",", "")) > 10 for row in rows)
    assert [row[6].strip() for row in rows] == ["7"] * len(chosen)
