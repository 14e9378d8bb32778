"""What an export costs at several sizes: seconds to the first byte and to the last, and the api's memory.

    eigenlabel serve --port 8400 &
    python -m benchmarks.exports http://127.0.0.1:8400 --seed data/eigenlabel.sqlite3

DATABASE is the SQLite file, or the postgresql:// address, of the service that answers at the URL, on this
machine, and EIGENLABEL_DATA its data directory, which gets the files. A project of each size is added, all
images of its pool labelled. Only Linux says how much memory a process has had at most.
"""

import argparse
import http.client
import os
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import Engine, select

from app.core.config import get_settings
from app.core.database import read_connection
from app.core.models import Annotation, Image
from app.core.storage.keys import image_key
from app.exports.formats import FORMATS
from benchmarks.growth import sizes_of
from benchmarks.growth_seed import BLOCK, Grown, grow
from benchmarks.label_load import LOOPBACK, machine
from benchmarks.label_seed import add, open_database

FILE_BYTES = 3_000
READ_BYTES = 2**20
FORGET_PEAK = "5"  # what Linux takes in a process's `clear_refs` for this


@dataclass(frozen=True)
class Taken:
    """One download: seconds to its first and last byte, its bytes, the api's memory before and at most."""

    first: float
    last: float
    size: int
    before: int
    peak: int


def labelled(engine: Engine, images: int) -> Grown:
    """Add a project whose pool is labelled and whose images have files; at least a thousand images."""
    grown = grow(engine, images)
    project_id, categories = grown.seeded.project_id, cycle(grown.seeded.category_ids)
    same = {"project_id": project_id, "kind": "imported"}
    has_one = select(Annotation.id).where(Annotation.image_id == Image.id).exists()
    pool = select(Image.id, Image.sha256).where(
        Image.project_id == project_id, Image.split == "pool", ~has_one
    )
    with read_connection(engine) as connection:
        rows = connection.execute(pool).all()
        hashes = connection.scalars(select(Image.sha256).where(Image.project_id == project_id)).all()
    for start in range(0, len(rows), BLOCK):
        block = rows[start : start + BLOCK]
        labels = [same | {"image_id": row.id, "category_id": next(categories)} for row in block]
        add(engine, Annotation, labels)
    for sha256 in hashes:
        file = Path(get_settings().blob_directory) / image_key(sha256)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(os.urandom(FILE_BYTES))
    return grown


def listener(port: int) -> int:
    """Return the process that listens on a port of this machine; it is of this user."""
    listening = re.compile(rf"\s*\d+: \w+:{port:04X} \w+:\w+ 0A (?:\S+ +){{5}}(\d+)")
    sockets = {f"socket:[{found[1]}]" for line in _sockets() if (found := listening.match(line))}
    for each in Path("/proc").glob("[0-9]*/fd/*"):
        with suppress(OSError):  # a process that ends, or of somebody else
            if str(each.readlink()) in sockets:
                return int(each.parts[2])
    raise RuntimeError(f"nobody listens on port {port}")


def _sockets() -> list[str]:
    return Path("/proc/net/tcp").read_text().splitlines()


def memory(pid: int, figure: str) -> int:
    """Return the bytes of `VmRSS` or `VmHWM`, what a process holds or has held at most."""
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in status if line.startswith(figure))


def take(address: tuple[str, int], path: str, token: str, pid: int) -> Taken:
    """Download `path` to nowhere; RuntimeError where it is refused."""
    before = memory(pid, "VmRSS")
    Path(f"/proc/{pid}/clear_refs").write_text(FORGET_PEAK)
    connection = http.client.HTTPConnection(*address)
    started = time.perf_counter()
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
    answer = connection.getresponse()
    if answer.status != http.client.OK:
        raise RuntimeError(f"{path}: {answer.status}")
    size = len(answer.read(1))
    first = time.perf_counter() - started
    while piece := answer.read(READ_BYTES):
        size += len(piece)
    last = time.perf_counter() - started
    return Taken(first, last, size, before, memory(pid, "VmHWM"))


def report(found: dict[tuple[str, int], Taken]) -> str:
    """Return a table, a row an export."""
    head = (
        "| export | images | first byte, s | all, s | images/s | MiB | api before, MiB | api at most, MiB |"
    )
    lines = [head, "|---|" + "--:|" * 7]
    for (form, images), taken in found.items():
        rate = images / taken.last
        mib = [number / 2**20 for number in (taken.size, taken.before, taken.peak)]
        sizes = " | ".join(f"{number:,.0f}" for number in (rate, *mib))
        lines.append(f"| {form} | {images:,} | {taken.first:.2f} | {taken.last:.1f} | {sizes} |")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the projects, take every export of each, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("url", help="the service, on this machine")
    parser.add_argument("--seed", metavar="DATABASE", required=True, help="its SQLite file or postgresql://")
    parser.add_argument("--sizes", type=sizes_of, default=[10_000, 100_000])
    parser.add_argument("--formats", nargs="+", choices=list(FORMATS), default=list(FORMATS))
    options = parser.parse_args(arguments)
    parts = urlsplit(options.url)
    if parts.hostname not in LOOPBACK or parts.port is None:
        parser.error("the service has to be on this machine, and the URL to have its port")
    engine = open_database(options.seed)
    made = {size: labelled(engine, size) for size in options.sizes}
    engine.dispose()
    api = listener(parts.port)
    paths = {form: f"export?format={form}" for form in options.formats} | {"report": "export/report"}
    found = {
        (name, size): take(
            (parts.hostname, parts.port),
            f"/api/v1/projects/{grown.seeded.project_id}/{path}",
            grown.seeded.tokens[0],
            api,
        )
        for name, path in paths.items()
        for size, grown in made.items()
    }
    print(f"{machine()}\n\n{report(found)}")


if __name__ == "__main__":
    main()
