"""What open pages cost those who label: the load of `label_load` with and without event streams, in turn.

    python -m benchmarks.event_streams http://127.0.0.1:8400 --seed data/eigenlabel.sqlite3

URL and DATABASE are as for `label_load`. The pages are HTTP clients in a process of their own, each of a
member of the project of its own: every label changes what all of them are told. A turn without them and a
turn with them make a pair; the ratio is that of the medians of their p95.
"""

import argparse
import asyncio
import multiprocessing
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import cycle
from multiprocessing.connection import Connection
from urllib.parse import urlsplit

import uvloop
from sqlalchemy import Engine

from benchmarks.label_load import Address, Result, add_service, machine, read_service, run_level
from benchmarks.label_seed import Seeded, open_database, seed

BAR = 2.0
MOST_STREAMS = 500
START_SECONDS = 30.0


@dataclass
class Turns:
    """The figures of the turns without and with streams, and how many events each stream heard."""

    without: list[Result] = field(default_factory=list)
    listening: list[Result] = field(default_factory=list)
    heard: list[list[int]] = field(default_factory=list)

    def ratio(self, figure: str) -> float:
        """Return the median with streams over the median without."""
        return _median(self.listening, figure) / _median(self.without, figure)


async def follow(address: Address, path: str, token: str, heard: list[int], number: int) -> None:
    """Read one event stream for ever, counting its events."""
    reader, writer = await asyncio.open_connection(*address)
    head = f"GET /api/v1{path} HTTP/1.1\r\nHost: {address[0]}:{address[1]}\r\n"
    writer.write(f"{head}Authorization: Bearer {token}\r\nAccept: text/event-stream\r\n\r\n".encode())
    status = await reader.readline()
    assert b" 200 " in status, status
    async for line in reader:
        heard[number] += line.startswith(b"data:")
    raise ConnectionError("the stream ended")


async def follow_all(addresses: Sequence[Address], seeded: Seeded, pipe: Connection) -> None:
    """Open a stream per token, say so once each has heard something, and return what they heard when told."""
    heard = [0] * len(seeded.tokens)
    path = f"/projects/{seeded.project_id}/events"
    streams = [
        asyncio.create_task(follow(address, path, token, heard, number))
        for number, (address, token) in enumerate(zip(cycle(addresses), seeded.tokens, strict=False))
    ]
    async with asyncio.timeout(START_SECONDS):
        while not all(heard):
            await pause_unless_ended(streams)
    pipe.send("open")
    while not pipe.poll():
        await pause_unless_ended(streams)
    pipe.send(heard)


async def pause_unless_ended(streams: Sequence["asyncio.Task[None]"]) -> None:
    """Return after a moment; raise what a stream that has ended raised."""
    for stream in streams:
        if stream.done():
            await stream
    await asyncio.sleep(0.1)


def listen(addresses: Sequence[Address], seeded: Seeded, pipe: Connection) -> None:
    """Be the process of the pages."""
    uvloop.run(follow_all(addresses, seeded, pipe))


@contextmanager
def streams(addresses: Sequence[Address], seeded: Seeded) -> Iterator[list[int]]:
    """Keep an event stream per token open; the list yielded holds, afterwards, the events of each."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=listen, args=(addresses, seeded, there))
    process.start()
    there.close()
    heard: list[int] = []
    try:
        _await_opening(here)
        yield heard
        here.send("close")
        heard += here.recv()
    finally:
        process.terminate()
        process.join()


def _await_opening(pipe: Connection) -> None:
    try:
        pipe.recv()
    except EOFError:
        raise RuntimeError(f"Not every event stream was open within {START_SECONDS:g} s.") from None


def take_turns(engine: Engine, addresses: Sequence[Address], options: argparse.Namespace) -> Turns:
    """Run the pairs of turns, each turn on a project of its own."""
    turns = Turns()
    for _pair in range(options.pairs):
        for listening in (False, True):
            seeded = seed(engine, options.queries, max(options.streams, options.annotators))
            load = replace(seeded, tokens=seeded.tokens[: options.annotators])
            if not listening:
                turns.without.append(uvloop.run(run_level(addresses, load, options.seconds)))
                continue
            pages = replace(seeded, tokens=seeded.tokens[: options.streams])
            with streams(addresses, pages) as heard:
                turns.listening.append(uvloop.run(run_level(addresses, load, options.seconds)))
            turns.heard.append(heard)
    return turns


def _median(results: list[Result], figure: str) -> float:
    return statistics.median(getattr(result, figure) for result in results)


def report(turns: Turns, options: argparse.Namespace) -> str:
    """Return the figures as a markdown table, and whether the bar holds."""
    events = [count for each in turns.heard for count in each]
    results = [*turns.without, *turns.listening]
    lines = [
        f"{machine()}; {options.annotators} annotators, {options.streams} streams, {options.pairs} pairs of "
        f"turns of {options.seconds:g} s, {options.queries:,} open queries a turn.",
        "",
        "| streams | lease p50, p95 (ms) | submit p50, p95 (ms) | labels/s |",
        "|--:|--:|--:|--:|",
        _table_row("0", turns.without),
        _table_row(str(options.streams), turns.listening),
        "",
        f"Each stream heard {min(events)} to {max(events)} events a turn. Given twice "
        f"{sum(result.given_twice for result in results)}, lost {sum(result.lost for result in results)}, "
        f"refused {sum(result.refused for result in results)}.",
    ]
    for name in ("lease", "submit"):
        ratio = turns.ratio(f"{name}_p95")
        verdict = "under" if ratio < BAR else "NOT UNDER"
        lines.append(f"p95 of {name}: {ratio:.2f} times its value without streams, {verdict} {BAR:g}.")
    return "\n".join(lines)


def _table_row(label: str, results: list[Result]) -> str:
    """Return a row of medians, with the least and the greatest p95 of a turn in parentheses."""
    cells = []
    for name in ("lease", "submit"):
        p95s = [getattr(result, f"{name}_p95") for result in results]
        median = _median(results, f"{name}_p50"), statistics.median(p95s)
        cells.append(f"{median[0]:.1f}, {median[1]:.1f} ({min(p95s):.1f} to {max(p95s):.1f})")
    return f"| {label} | {cells[0]} | {cells[1]} | {_median(results, 'labels_per_second'):.0f} |"


def parsed() -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(description="Load a local service with and without event streams.")
    add_service(parser)
    parser.add_argument("--streams", type=int, default=100)
    parser.add_argument("--annotators", type=int, nargs=1, default=[8])
    parser.add_argument("--pairs", type=int, default=5)
    options = read_service(parser)
    (options.annotators,) = options.annotators
    if not 0 < options.streams <= MOST_STREAMS:
        parser.error(f"1 to {MOST_STREAMS} streams")
    return options


def main() -> None:
    """Take the turns and print the figures."""
    options = parsed()
    addresses = [(url.hostname or "", url.port or 80) for url in map(urlsplit, options.urls)]
    engine = open_database(options.seed)
    turns = take_turns(engine, addresses, options)
    engine.dispose()
    print(report(turns, options))


if __name__ == "__main__":
    main()
