"""Seconds that every strategy takes to choose 100 images, and the memory that it takes with a memory map.

    python -m benchmarks.selection --images 10000 50000 200000
    python -m benchmarks.selection --images 1000000 --memory-map

100 images are labelled, features have 512 dimensions in 300 groups, there are 100 categories. The ratio is to
random selection, whose time is that of sending every image to its nearest representative: all others do that
too. Each strategy runs in a process of its own, whose peak of resident memory is shown. "graph" is the time
of the neighbour graph, which a round makes once for its encoder.
"""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.ackmeans import synthetic
from ml.config import RoundConfig
from ml.neighbours.graph import build_graph
from ml.runtime import choose_device, device_name
from ml.selection.protocol import SelectionInput
from ml.selection.registry import MAKERS, WITH_GRAPH, selector_of

CONTROL = "random"
WRITTEN_AT_ONCE = 100_000


def write_features(path: Path, images: int, width: int, dtype: str) -> None:
    """Write unit-length features [images, width] to `path`, block by block."""
    with path.open("wb") as file:
        for start in range(0, images, WRITTEN_AT_ONCE):
            block = synthetic(min(WRITTEN_AT_ONCE, images - start), width, "clusters")
            file.write(np.roll(block, start, axis=0).astype(dtype).tobytes())


def pool_of(path: Path, options: argparse.Namespace) -> SelectionInput:
    """Return the pool at `path`: as a float16 memory map, or as float32 in memory."""
    shape = (options.pool, options.width)
    if options.memory_map:
        features = np.memmap(path, dtype=np.float16, mode="r", shape=shape)
    else:
        features = np.fromfile(path, dtype=np.float32).reshape(shape)
    generator = np.random.default_rng(0)
    labelled = np.sort(generator.choice(options.pool, options.ask, replace=False))
    probabilities = generator.random((options.pool, options.categories), dtype=np.float32)
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    return SelectionInput(
        features,
        labelled,
        np.setdiff1d(np.arange(options.pool), labelled),
        options.ask,
        seed=0,
        targets=np.arange(options.ask) % options.categories,
        probabilities=probabilities,
    )


def measured(options: argparse.Namespace) -> dict[str, float]:
    """Return the seconds, those of its graph apart, and the peak of resident MB of one strategy."""
    given = pool_of(options.path, options)
    selector = selector_of(RoundConfig.model_validate({"strategy": {"kind": options.kind}}))
    began = time.perf_counter()
    if options.kind in WITH_GRAPH:
        given = replace(given, graph=build_graph(given.features))
    graphed = time.perf_counter()
    chosen = len(selector(given).eigen)
    seconds = {"graph": graphed - began, "seconds": time.perf_counter() - graphed}
    return seconds | {"megabytes": peak_megabytes(), "chosen": chosen}


def peak_megabytes() -> float:
    """Return the peak of this process's resident memory, without what it inherited from its parent."""
    status = Path("/proc/self/status").read_text()
    return float(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024


def in_child(kind: str, path: Path, pool: int, options: argparse.Namespace) -> dict[str, float]:
    """Return what a fresh process measures."""
    command = [sys.executable, "-m", "benchmarks.selection", "--kind", kind, "--path", str(path)]
    command += ["--pool", str(pool), "--width", str(options.width), "--ask", str(options.ask)]
    command += ["--categories", str(options.categories)]
    command += ["--memory-map"] if options.memory_map else []
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(output)
    return found


def table(pool: int, options: argparse.Namespace) -> None:
    """Print the table of one size of pool."""
    print(f"\n{pool:,} images\n\n| strategy | seconds | to random | graph | peak MB | chosen |")
    print("| --- | --: | --: | --: | --: | --: |")
    with tempfile.TemporaryDirectory(dir=options.scratch) as directory:
        path = Path(directory) / "features"
        write_features(path, pool, options.width, "float16" if options.memory_map else "float32")
        control = in_child(CONTROL, path, pool, options)["seconds"]
        for kind in options.strategies:
            found = in_child(kind, path, pool, options)
            ratio = found["seconds"] / control
            row = (
                kind,
                f"{found['seconds']:.2f}",
                f"{ratio:.1f}",
                f"{found['graph']:.2f}",
                f"{found['megabytes']:,.0f}",
                found["chosen"],
            )
            print(f"| {' | '.join(map(str, row))} |", flush=True)


def arguments() -> argparse.Namespace:
    """Return the command line's options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--images", type=int, nargs="+", default=[10_000, 50_000, 200_000])
    parser.add_argument("--strategies", nargs="+", choices=list(MAKERS), default=list(MAKERS))
    parser.add_argument("--memory-map", action="store_true", help="features as float16 on disk")
    parser.add_argument("--width", type=int, default=512)
    parser.add_argument("--ask", type=int, default=100)
    parser.add_argument("--categories", type=int, default=100)
    parser.add_argument("--scratch", type=Path, help="directory for the features while it runs")
    for hidden in ("--kind", "--path", "--pool"):
        parser.add_argument(
            hidden, help=argparse.SUPPRESS, type={"--pool": int, "--path": Path}.get(hidden, str)
        )
    return parser.parse_args()


def main() -> None:
    """Print a table for each size, or, in a child, the figures of one strategy."""
    options = arguments()
    if options.kind:
        print(json.dumps(measured(options)))
        return
    machine = f"{device_name(choose_device())}, {platform.machine()}, {os.cpu_count()} cores"
    print(f"{machine}, load {os.getloadavg()[0]:.1f}")
    for pool in options.images:
        table(pool, options)


if __name__ == "__main__":
    main()
