"""How fast people can label: closed-loop annotators against a running service, on 10,000 open queries.

    python -m benchmarks.label_load http://127.0.0.1:8400 --seed data/eigenlabel.sqlite3

DATABASE is the SQLite file, or the postgresql:// address, of the service that answers at the URL, on this
machine. Several URLs are api processes of one database: annotators are spread over them. Each annotator
leases five images at a time as the browser does, answers them one after another, and asks again at once:
there is no time for looking, so 32 of them are many more than 32 people. Afterwards every acknowledged label
is looked for.
"""

import argparse
import asyncio
import os
import platform
import secrets
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import cycle
from urllib.parse import urlsplit

import uvloop

from benchmarks.label_seed import Seeded, open_database, seed
from benchmarks.lean_client import LeanClient

LEASE = 5
LONGEST_SECONDS = 60
MOST_ANNOTATORS = 64
MOST_QUERIES = 50_000
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
Address = tuple[str, int]


@dataclass
class Tally:
    """What happened: who was given what, which labels were acknowledged, and how long requests took (ms)."""

    given: list[tuple[str, int]] = field(default_factory=list)
    acknowledged: dict[int, dict[str, str]] = field(default_factory=dict)
    lease: list[float] = field(default_factory=list)
    submit: list[float] = field(default_factory=list)
    refused: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True)
class Result:
    """The figures of one level."""

    annotators: int
    labels: int
    labels_per_second: float
    lease_p50: float
    lease_p95: float
    submit_p50: float
    submit_p95: float
    given_twice: int
    lost: int
    refused: int


async def annotate(client: LeanClient, number: int, seeded: Seeded, tally: Tally, until: float) -> None:
    """Lease and label until the time is over or nothing is left."""
    mine = tally.acknowledged[number] = {}
    while time.perf_counter() < until:
        started = time.perf_counter()
        status, leased = await client.send("POST", f"/rounds/{seeded.round_id}/leases", {"count": LEASE})
        tally.lease.append((time.perf_counter() - started) * 1000)
        if status != 200:
            tally.refused[status] += 1
            return
        tally.given += [(item["query_id"], number) for item in leased["items"]]
        if not leased["items"]:
            if leased["waiting_for"] != "others":
                return
            await asyncio.sleep(0.05)
        for item in leased["items"]:
            category = seeded.category_ids[item["image"]["width"] * number % len(seeded.category_ids)]
            await answer(client, item["query_id"], category, mine, tally)


async def answer(
    client: LeanClient, query_id: str, category: str, mine: dict[str, str], tally: Tally
) -> None:
    """Submit one label, with a key as the browser does."""
    started = time.perf_counter()
    body = {"category_id": category, "seconds": 0.5}
    status, _ = await client.send("PUT", f"/queries/{query_id}/annotation", body, key=secrets.token_hex(16))
    tally.submit.append((time.perf_counter() - started) * 1000)
    if status == 200:
        mine[query_id] = category
    else:
        tally.refused[status] += 1


async def count_lost(client: LeanClient, round_id: str, acknowledged: dict[str, str]) -> int:
    """Return how many of an annotator's acknowledged labels the service does not have as they were given."""
    kept: dict[str, str] = {}
    cursor = ""
    while True:
        path = f"/rounds/{round_id}/my-annotations?limit=500{cursor}"
        _, page = await client.send("GET", path)
        kept |= {item["query_id"]: item["category_id"] for item in page["items"]}
        if page["next_cursor"] is None:
            return sum(kept.get(query_id) != category for query_id, category in acknowledged.items())
        cursor = f"&cursor={page['next_cursor']}"


async def run_level(addresses: Sequence[Address], seeded: Seeded, seconds: float) -> Result:
    """Load the service with one annotator per token, at each address in turn, and return the figures."""
    clients = [
        LeanClient(*address, token) for address, token in zip(cycle(addresses), seeded.tokens, strict=False)
    ]
    tally = Tally()
    for client in clients:
        await client.connect()
    started = time.perf_counter()
    until = started + seconds
    await asyncio.gather(*(annotate(each, n, seeded, tally, until) for n, each in enumerate(clients)))
    took = time.perf_counter() - started
    lost = [
        await count_lost(client, seeded.round_id, tally.acknowledged[number])
        for number, client in enumerate(clients)
    ]
    _, found = await clients[0].send("GET", f"/rounds/{seeded.round_id}")
    for client in clients:
        client.close()
    labels = sum(len(mine) for mine in tally.acknowledged.values())
    annotators_of = Counter(query_id for query_id, _ in set(tally.given))
    return Result(
        annotators=len(clients),
        labels=labels,
        labels_per_second=labels / took,
        lease_p50=percentile(tally.lease, 50),
        lease_p95=percentile(tally.lease, 95),
        submit_p50=percentile(tally.submit, 50),
        submit_p95=percentile(tally.submit, 95),
        given_twice=sum(count > 1 for count in annotators_of.values()),
        lost=sum(lost) + max(labels - found["labelled"], 0),
        refused=tally.refused.total(),
    )


def percentile(values: list[float], percent: int) -> float:
    """Return the `percent`-th percentile of `values` (0 without any)."""
    return statistics.quantiles(values, n=100)[percent - 1] if len(values) > 1 else sum(values)


def machine() -> str:
    """Return the date, the machine and the versions that figures are of."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("fastapi", "sqlalchemy", "uvicorn"))
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores ({platform.machine()}, {platform.system()}), "
        f"Python {platform.python_version()}, {packages}"
    )


def report(results: list[Result], queries: int) -> str:
    """Return the figures as a markdown table with the machine, date and versions above."""
    lines = [
        f"{machine()}; {queries:,} open queries a row.",
        "",
        "| annotators | labels | labels/s | lease p50, p95 (ms) | submit p50, p95 (ms) "
        "| given twice | lost | refused |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    return "\n".join(lines + [_table_row(result) for result in results])


def _table_row(result: Result) -> str:
    return (
        f"| {result.annotators} | {result.labels:,} | {result.labels_per_second:.0f} "
        f"| {result.lease_p50:.1f}, {result.lease_p95:.1f} "
        f"| {result.submit_p50:.1f}, {result.submit_p95:.1f} "
        f"| {result.given_twice} | {result.lost} | {result.refused} |"
    )


def parsed() -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(description="Load a local service with closed-loop annotators.")
    add_service(parser)
    parser.add_argument("--annotators", type=int, nargs="+", default=[1, 8, 32])
    return read_service(parser)


def add_service(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which service is loaded, and how much."""
    parser.add_argument("urls", nargs="+", metavar="URL")
    parser.add_argument("--seed", required=True, metavar="DATABASE")
    parser.add_argument("--queries", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=20)


def read_service(parser: argparse.ArgumentParser) -> argparse.Namespace:
    """Return the command line; ends with a message where it asks for too much or for another machine."""
    arguments = parser.parse_args()
    if any(urlsplit(url).hostname not in LOOPBACK for url in arguments.urls):
        parser.error("only a service on this machine is loaded")
    if max(arguments.annotators) > MOST_ANNOTATORS or arguments.queries > MOST_QUERIES:
        parser.error(f"at most {MOST_ANNOTATORS} annotators and {MOST_QUERIES} queries")
    arguments.seconds = min(arguments.seconds, LONGEST_SECONDS)
    return arguments


def main() -> None:
    """Run every level on a project of its own and print the figures."""
    arguments = parsed()
    addresses = [(url.hostname or "", url.port or 80) for url in map(urlsplit, arguments.urls)]
    engine = open_database(arguments.seed)
    results = []
    for annotators in arguments.annotators:
        seeded = seed(engine, arguments.queries, annotators)
        results.append(uvloop.run(run_level(addresses, seeded, arguments.seconds)))
    engine.dispose()
    print(report(results, arguments.queries))


if __name__ == "__main__":
    main()
