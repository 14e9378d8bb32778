"""Fail where a source file is longer than 300 lines or the median is not under 80."""

import statistics
import subprocess
import sys
from pathlib import Path

LONGEST = 300
MEDIAN = 80
PYTHON = [f"{folder}/*.py" for folder in ("app", "worker", "ml", "tests", "benchmarks", "scripts")]
PATTERNS = [*PYTHON, "scripts/*.sh", "frontend/src/*"]
GENERATED = (".d.ts", ".json")
BINARY = (".png", ".svg", ".ico", ".woff2")


def source_files() -> list[Path]:
    """Return the source files that git tracks, generated and binary ones left out."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *PATTERNS]
    names = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [Path(name) for name in names if not name.endswith(GENERATED + BINARY) and Path(name).exists()]


def main() -> int:
    """Print what is too long; return the exit status."""
    lengths = {path: len(path.read_text().splitlines()) for path in source_files()}
    too_long = {path: length for path, length in lengths.items() if length > LONGEST}
    for path, length in sorted(too_long.items()):
        print(f"{path}: {length} lines, {LONGEST} at most")
    median = statistics.median(length for length in lengths.values() if length)
    print(f"{len(lengths)} files, median {median:g} lines, longest {max(lengths.values())}")
    if median >= MEDIAN:
        print(f"the median must stay under {MEDIAN} lines")
    return int(bool(too_long) or median >= MEDIAN)


if __name__ == "__main__":
    sys.exit(main())
