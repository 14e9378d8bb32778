"""How fast images come in: `eigenlabel import` of many small pictures, by folder and by zip.

    python -m benchmarks.import_load --count 100000 --pictures /var/tmp/pictures --data /var/tmp/import

The pictures are made once and kept; each case gets a data directory of its own below DATA, which is removed
at the end. (Wait some minutes before the next run: ext4 makes new files slowly where many were just deleted.)
Beside each figure stands what the processors allow: reading and decoding the same files and making their
thumbnails, in a process a core, with nothing stored. One case imports the folder again.
"""

import argparse
import multiprocessing
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import func, select

from app.core.database import read_session
from app.core.identifiers import new_id
from app.core.models import Image, Project, User
from app.images.decode import UnreadableImageError, decode
from app.images.renditions import thumbnail
from benchmarks.import_images import expected, name_of, write_folder, write_zip
from benchmarks.label_seed import add, open_database

PROJECT = "pictures"
AGAIN = "folder, again"
SAMPLE = 10_000
AT_ONCE = 250
POLL_SECONDS = 0.1
MIB = 1024**2


@dataclass(frozen=True)
class Result:
    """The figures of one import: seconds, processor seconds, peak bytes of memory, bytes written.

    `at_most` is how many files a second could be decoded just before, `report` what the command said.
    """

    case: str
    files: int
    at_most: float
    seconds: float
    processor: float
    memory: int
    written: int
    report: dict[str, int]


def limit(folder: Path, count: int) -> float:
    """Return how many files a second all cores read, decode and make thumbnails of."""
    paths = [str(folder / name_of(number)) for number in range(min(count, SAMPLE))]
    runs = [paths[start : start + AT_ONCE] for start in range(0, len(paths), AT_ONCE)]
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        pool.map(decode_all, [[]] * (os.cpu_count() or 1))
        started = time.perf_counter()
        pool.map(decode_all, runs, chunksize=1)
        return len(paths) / (time.perf_counter() - started)


def decode_all(paths: list[str]) -> None:
    """Decode files and make their thumbnails, as an import does."""
    for path in paths:
        try:
            thumbnail(decode(Path(path).read_bytes(), 10**8).pixels, 160)
        except UnreadableImageError:
            continue


def prepare(data: Path) -> None:
    """Make a data directory with an administrator and an empty project."""
    if data.exists():
        raise SystemExit(f"{data} is there already")
    engine = open_database(str(data / "eigenlabel.sqlite3"))
    user_id, project_id = new_id(), new_id()
    add(engine, User, [{"id": user_id, "name": "admin", "role": "admin", "active": True}])
    add(engine, Project, [{"id": project_id, "name": PROJECT, "created_by": user_id}])
    engine.dispose()


def run(case: str, source: Path, files: int, data: Path, at_most: float) -> Result:
    """Import `source` into the project in `data` and return the figures."""
    command = [sys.executable, "-m", "worker.cli", "import", PROJECT, str(source)]
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        env=os.environ | {"EIGENLABEL_DATA": str(data)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    peak = 0
    while True:
        peak = max(peak, resident(process.pid))
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            break
        time.sleep(POLL_SECONDS)
    seconds = time.perf_counter() - started
    output = process.stdout.read() if process.stdout else ""
    if status:
        raise SystemExit(f"{case}: the import failed\n{output}")
    peak = max(peak, usage.ru_maxrss * 1024)
    processor = usage.ru_utime + usage.ru_stime
    written = usage.ru_oublock * 512
    return Result(case, files, at_most, seconds, processor, peak, written, parsed_report(output))


def parsed_report(output: str) -> dict[str, int]:
    """Return the counts in the command's last words: `1 created, 2 duplicates, 3 rejected`."""
    return {name: int(count) for count, name in re.findall(r"(\d+) (created|duplicates|rejected)\b", output)}


def resident(pid: int) -> int:
    """Return the bytes of memory of a process and all that it started, now."""
    total = 0
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmRSS:"))
        for task in Path(f"/proc/{pid}/task").iterdir():
            total += sum(resident(int(child)) for child in (task / "children").read_text().split())
    except OSError:  # it has just ended
        pass
    return total


def check(result: Result, data: Path) -> None:
    """End the program where the import did not do what it should have."""
    images, duplicates, broken = expected(result.files)
    wanted = {"created": images, "duplicates": duplicates, "rejected": broken}
    if result.case == AGAIN:
        wanted |= {"created": 0, "duplicates": images + duplicates}
    engine = open_database(str(data / "eigenlabel.sqlite3"))
    with read_session(engine) as session:
        rows = session.scalar(select(func.count()).select_from(Image))
    engine.dispose()
    if result.report != wanted or rows != images:
        raise SystemExit(f"{result.case}: {result.report} and {rows} rows instead of {wanted}")


def report(results: list[Result]) -> str:
    """Return the figures as a markdown table with the machine, date and versions above."""
    lines = [
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}, {platform.system()}), "
        f"Python {platform.python_version()}, pillow {version('pillow')}.",
        "",
        "| import | files | seconds | files/s | decoding alone, files/s | ratio "
        "| processor ms a file | peak memory (MiB) | written (MiB) |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    return "\n".join(lines + [_table_row(result) for result in results])


def _table_row(result: Result) -> str:
    rate = result.files / result.seconds
    return (
        f"| {result.case} | {result.files:,} | {result.seconds:.1f} | {rate:,.0f} | {result.at_most:,.0f} "
        f"| {rate / result.at_most:.2f} | {result.processor / result.files * 1000:.2f} "
        f"| {result.memory / MIB:,.0f} | {result.written / MIB:,.0f} |"
    )


def main() -> None:
    """Run every case and print the figures."""
    parser = argparse.ArgumentParser(description="Time the import of many small pictures.")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--pictures", type=Path, required=True, help="a folder to keep them in")
    parser.add_argument("--data", type=Path, required=True, help="a folder for data directories")
    arguments = parser.parse_args()
    count = arguments.count
    folder = arguments.pictures / f"{count}"
    write_folder(folder, count)
    archive = write_zip(folder, count)
    results = []
    for case, source in (("folder", folder), (AGAIN, folder), ("zip", archive)):
        data = arguments.data / source.name
        if case != AGAIN:
            prepare(data)
        results.append(run(case, source, count, data, limit(folder, count)))
        check(results[-1], data)
    print(report(results))
    for source in (folder, archive):
        shutil.rmtree(arguments.data / source.name)


if __name__ == "__main__":
    main()
