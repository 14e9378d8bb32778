"""What one client's load costs another: the times of `GET /me` with and without it, in turn, in one run.

The load comes from a process of its own, so that making it is not taken for the service's slowness; it still
needs its share of the cores.
"""

import argparse
import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.synchronize import Event
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from benchmarks.label_load import LOOPBACK, machine, percentile
from benchmarks.label_seed import Seeded, open_database, seed
from benchmarks.lean_client import LeanClient

BAR = 3.0
PAUSE_SECONDS = 0.02
BEGIN_SECONDS = 60
LONGEST_SECONDS = 60
Address = tuple[str, int]
Load = Callable[..., None]
"""Called with (address, seeded, going): loads the service until it is ended; sets `going` once it does."""


@dataclass
class Turns:
    """The milliseconds of each request of the other user, a list a turn."""

    without: list[list[float]] = field(default_factory=list)
    under: list[list[float]] = field(default_factory=list)

    @property
    def ratio(self) -> float:
        """Return the median p95 under load over the median p95 without."""
        return p95(self.under) / p95(self.without)


def p95(turns: list[list[float]]) -> float:
    """Return the median over the turns of their 95th percentiles (ms)."""
    return median(percentile(turn, 95) for turn in turns)


async def ask(address: Address, token: str, seconds: float) -> list[float]:
    """Return how long each of the requests of `seconds` took (ms), one after another on one connection."""
    client = LeanClient(*address, token)
    await client.connect()
    times, until = [], time.perf_counter() + seconds
    while time.perf_counter() < until:
        started = time.perf_counter()
        status, _ = await client.send("GET", "/me")
        times.append((time.perf_counter() - started) * 1000)
        if status != 200:
            raise RuntimeError(f"The other user got {status}.")
        await asyncio.sleep(PAUSE_SECONDS)
    client.close()
    return times


@contextmanager
def loading(load: Load, address: Address, seeded: Seeded) -> Iterator[None]:
    """Load the service meanwhile."""
    context = get_context("spawn")
    going: Event = context.Event()
    process = context.Process(target=load, args=(address, seeded, going), daemon=True)
    process.start()
    try:
        until = time.perf_counter() + BEGIN_SECONDS
        while not going.wait(0.1):
            if not process.is_alive() or time.perf_counter() > until:
                raise RuntimeError("The load did not begin.")
        yield
        if not process.is_alive():
            raise RuntimeError("The load ended early.")
    finally:
        process.kill()
        process.join()


def take_turns(load: Load, address: Address, seeded: Seeded, options: argparse.Namespace) -> Turns:
    """Return the times of `options.pairs` turns without and as many under the load."""
    turns = Turns()
    for _ in range(options.pairs):
        turns.without.append(asyncio.run(ask(address, seeded.tokens[1], options.seconds)))
        with loading(load, address, seeded):
            turns.under.append(asyncio.run(ask(address, seeded.tokens[1], options.seconds)))
    return turns


def report(turns: Turns, name: str, options: argparse.Namespace) -> str:
    """Return the figures as a markdown table, with the machine above and the verdict below."""
    lines = [
        f"{machine()}; {options.pairs} pairs of turns of {options.seconds:g} s.",
        "",
        "| load | requests | p50, p95, longest (ms) |",
        "|--|--:|--:|",
    ]
    for label, parts in (("none", turns.without), (name, turns.under)):
        every = [each for turn in parts for each in turn]
        middle = median(percentile(turn, 50) for turn in parts)
        lines.append(f"| {label} | {len(every):,} | {middle:.1f}, {p95(parts):.1f}, {max(every):.1f} |")
    verdict = "under" if turns.ratio < BAR else "NOT UNDER"
    return "\n".join([*lines, "", f"p95: {turns.ratio:.2f} times its value without, {verdict} {BAR:g}."])


def run(load: Load, name: str, arguments: Any = None) -> None:
    """Measure with the service of the command line, and print the figures."""
    parser = argparse.ArgumentParser(description=f"What this costs another user: {name}.")
    parser.add_argument("url", metavar="URL")
    parser.add_argument("--seed", required=True, metavar="DATABASE")
    parser.add_argument("--pairs", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10)
    options = parser.parse_args(arguments)
    url = urlsplit(options.url)
    if url.hostname not in LOOPBACK:
        parser.error("only a service on this machine is loaded")
    options.seconds = min(options.seconds, LONGEST_SECONDS)
    engine = open_database(options.seed)
    seeded = seed(engine, 5, annotators=2)
    turns = take_turns(load, (url.hostname or "", url.port or 80), seeded, options)
    engine.dispose()
    print(report(turns, name, options))
