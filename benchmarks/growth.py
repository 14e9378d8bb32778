"""How requests grow with the collection: milliseconds of each at several sizes, and the ratios between them.

    python -m benchmarks.growth http://127.0.0.1:8400 --seed data/eigenlabel.sqlite3 --sizes 10000,100000

DATABASE is the SQLite file, or the postgresql:// address, of the service that answers at the URL, on this
machine. A project of each size is added to it, one after another, and asked about when it is there. Nothing
is labelled but what the leases need.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Callable, Sequence
from urllib.parse import quote, urlsplit

from benchmarks.growth_seed import QUERIES, Grown, grow
from benchmarks.label_load import LOOPBACK, Address, machine, percentile
from benchmarks.label_seed import open_database
from benchmarks.lean_client import LeanClient

TURNS = 30
DELETING = 20.0
"""Seconds of labelling while a project is deleted."""
MOST_IMAGES = 2_000_000
Times = dict[str, list[float]]
# What is asked for by name: a path of a project `p`, of its category `c` and its round `r`.
READS = {
    "GET project": "/projects/{p}",
    "GET projects": "/projects",
    "images: first page": "/projects/{p}/images",
    "images: a deep page": "/projects/{p}/images?cursor={deep}",
    "images: test": "/projects/{p}/images?split=test",
    "images: labelled": "/projects/{p}/images?state=labelled",
    "images: indicators": "/projects/{p}/images?state=indicator",
    "images: weak labels": "/projects/{p}/images?state=weak",
    "images: of a category": "/projects/{p}/images?category={c}",
    "images: excluded": "/projects/{p}/images?state=excluded",
    "images: unlabelled": "/projects/{p}/images?state=unlabelled",
    "GET indicator-candidates": "/projects/{p}/indicator-candidates",
    "GET certificates": "/projects/{p}/certificates",
    "GET round": "/rounds/{r}",
}
# These read the label of every image, once after each change.
GROWING = {"GET audits/plan": "/projects/{p}/audits/plan"}


class Walk:
    """Asks about one project through `client`, and keeps how many milliseconds each request takes."""

    def __init__(self, client: LeanClient, grown: Grown) -> None:
        self.client, self.seeded = client, grown.seeded
        self.times: Times = {}

    async def send(self, name: str, method: str, path: str, body: object = None) -> object:
        """Return the answer's JSON; RuntimeError where it is none that this asks for."""
        started = time.perf_counter()
        status, answer = await self.client.send(method, path, body)
        if status not in {200, 201, 204}:
            raise RuntimeError(f"{name}: {status}")
        self.times.setdefault(name, []).append((time.perf_counter() - started) * 1000)
        return answer

    async def read(self) -> None:
        """Send every request that reads, once."""
        project = self.seeded.project_id
        half = await self.cursor()
        names = {"p": project, "c": self.seeded.category_ids[0], "r": self.seeded.round_id, "deep": half}
        for name, path in (READS | GROWING).items():
            await self.send(name, "GET", path.format(**names))

    async def label(self) -> None:
        """Take an image and label it."""
        leases = f"/rounds/{self.seeded.round_id}/leases"
        leased = await self.send("lease", "POST", leases, {"count": 1})
        query_id = leased["items"][0]["query_id"]  # type: ignore[index]
        answer = {"category_id": self.seeded.category_ids[0], "seconds": 1.0}
        await self.send("submit", "PUT", f"/queries/{query_id}/annotation", answer)

    async def cursor(self) -> str:
        """Return where the images after the first 500 start."""
        _, page = await self.client.send("GET", f"/projects/{self.seeded.project_id}/images?limit=500")
        return quote(page["next_cursor"])


async def walk(address: Address, grown: Grown, turns: int = TURNS) -> Times:
    """Return the milliseconds of each request, `turns` times, after one turn that is not counted."""
    client = LeanClient(*address, grown.seeded.tokens[0])
    await client.connect()
    asking = Walk(client, grown)
    for turn in range(turns + 1):
        await asking.read()
        await asking.label()
        if turn == 0:
            asking.times.clear()
    client.close()
    return asking.times


async def label_while_deleting(address: Address, deleted: Grown, labelled: Grown, seconds: float) -> Times:
    """Delete one project, and label in another one meanwhile; returns the milliseconds of each request."""
    owner, annotator = (LeanClient(*address, each.seeded.tokens[0]) for each in (deleted, labelled))
    await owner.connect()
    await annotator.connect()
    deleting, labelling = Walk(owner, deleted), Walk(annotator, labelled)
    await deleting.send("DELETE project", "DELETE", f"/projects/{deleted.seeded.project_id}")
    until = time.perf_counter() + seconds
    while time.perf_counter() < until and len(labelling.times.get("submit", [])) < QUERIES - 2 * TURNS:
        await labelling.label()
    for client in (owner, annotator):
        client.close()
    return deleting.times | labelling.times


def longest(times: Times) -> str:
    """Return one line: the median, the 95th percentile and the longest of each request."""
    figures = {name: (percentile(each, 50), percentile(each, 95), max(each)) for name, each in times.items()}
    said = [f"{name} {', '.join(f'{each:.1f}' for each in three)}" for name, three in figures.items()]
    return f"While the largest is deleted (ms; p50, p95, longest): {'; '.join(said)}"


def report(sizes: dict[int, Times]) -> str:
    """Return a table of medians, a column a size, and how much the last is of the first."""
    first, last = min(sizes), max(sizes)
    head = "| ms, p50 | " + " | ".join(f"{size:,}" for size in sizes) + " | ratio |"
    lines = [head, "|---|" + "--:|" * (len(sizes) + 1)]
    for name in sizes[first]:
        middles = {size: statistics.median(times[name]) for size, times in sizes.items()}
        cells = " | ".join(f"{each:.1f}" for each in middles.values())
        lines.append(f"| {name} | {cells} | {middles[last] / middles[first]:.1f} |")
    return "\n".join(lines)


def sizes_of(text: str) -> list[int]:
    """Return the sizes in `text`, the smallest first; ArgumentTypeError where one is none."""
    try:
        sizes = sorted({int(each) for each in text.split(",")})
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text} is no list of numbers") from error
    if not all(1000 <= size <= MOST_IMAGES for size in sizes):
        raise argparse.ArgumentTypeError(f"sizes are from 1,000 to {MOST_IMAGES:,}")
    return sizes


def main(arguments: Sequence[str] | None = None, say: Callable[[str], object] = print) -> None:
    """Make the projects, ask about them, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("url", help="the service, on this machine")
    parser.add_argument("--seed", metavar="DATABASE", required=True, help="its SQLite file or postgresql://")
    parser.add_argument("--sizes", type=sizes_of, default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--turns", type=int, default=TURNS)
    options = parser.parse_args(arguments)
    parts = urlsplit(options.url)
    if parts.hostname not in LOOPBACK or parts.port is None:
        parser.error("the service has to be on this machine, and the URL to have its port")
    address, engine = (parts.hostname, parts.port), open_database(options.seed)
    found, made = {}, []
    for size in options.sizes:
        started = time.perf_counter()
        made.append(grow(engine, size))
        say(f"{size:,} images made in {time.perf_counter() - started:.0f} s")
        found[size] = asyncio.run(walk(address, made[-1], options.turns))
    say(f"{machine()}\n\n{report(found)}")
    if len(made) > 1:
        say(longest(asyncio.run(label_while_deleting(address, made[-1], made[0], DELETING))))


if __name__ == "__main__":
    main()
