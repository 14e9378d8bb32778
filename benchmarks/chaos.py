"""Fifty kills: rounds and a pretraining in a service whose processes are killed at random.

    python -m benchmarks.chaos embedded
    python -m benchmarks.chaos stack
    python -m benchmarks.chaos pretraining

`embedded` is `eigenlabel serve` (SQLite, queue and blobs in files), `stack` the topology of `make stack`
(PostgreSQL, Redis, an S3-compatible store, two api processes). Ten people label project after project, over
HTTP, while SIGKILL strikes; each round has to ask and score as an undisturbed one, to the bit. `pretraining`
kills the process of one pretraining at random steps: its weights have to be those of an undisturbed one. It
starts what it needs on free ports, in a folder of its own that is removed, and prints the counts.
"""

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from app.core.database import make_engine
from tests.chaos.killer import plan
from tests.chaos.pretraining import Lives, Pretrainings
from tests.chaos.scene import Scene
from tests.chaos.trial import PATIENT, Trial
from tests.servers.ports import four_free_ports
from tests.service.conftest import write_digits
from tests.service.oracle import Oracle
from tests.service.service import Service
from tests.stack.stack import Stack

POOL_PER_DIGIT, TEST_PER_DIGIT = 40, 10
SCHEDULE, IMAGE_SIZE = [1, 2, 1], 96


@contextmanager
def embedded(folder: Path, images: Path) -> Iterator[tuple[Service, list[str], Engine]]:
    """Yield a running `eigenlabel serve`, its address and its database."""
    service = Service(folder / "data", images, settings=PATIENT)
    try:
        service.start()
        engine = make_engine(f"sqlite:///{service.data / 'eigenlabel.sqlite3'}")
        yield service, [service.url], engine
        engine.dispose()
    finally:
        service.stop()


@contextmanager
def production(_folder: Path, images: Path) -> Iterator[tuple[Service, list[str], Engine]]:
    """Yield a running stack, the addresses of its api processes and its database."""
    stack = Stack(images, four_free_ports(), PATIENT)
    try:
        stack.start()
        engine = make_engine(stack.environment["EIGENLABEL_DATABASE_URL"])
        yield stack, stack.topology.urls, engine
        engine.dispose()
    finally:
        stack.remove()


def rounds(service: Service, urls: list[str], engine: Engine, kills: int, seed: int) -> list[str]:
    """Return the counts of rounds under so many kills."""
    scene = Scene(service.import_root, SCHEDULE, IMAGE_SIZE)
    trial = Trial(service, urls, engine, scene, seed)
    expected = trial.undisturbed()
    targets = service.targets()
    return trial.disturbed(targets, plan(list(targets), kills, seed), expected).lines()


def pretraining(service: Service, engine: Engine, kills: int, seed: int, epochs: int) -> list[str]:
    """Return the counts of a pretraining under so many kills."""
    oracle = Oracle(service.client())
    oracle.new_project()
    oracle.import_folder(service.import_root / "pool", "pool")
    runs, began = Pretrainings(service, oracle, engine, epochs), time.monotonic()
    first, job = runs.begin("undisturbed")
    expected = runs.weights(first, job)
    lives = Lives(kills, runs.step_seconds(first), seed)
    alone, (encoder, job) = time.monotonic() - began, runs.begin("disturbed")
    killed = runs.kill(job, lives)
    assert runs.weights(encoder, job) == expected
    return [
        f"kills            {kills} (child {killed.children}, worker {killed.workers})",
        f"after checkpoint {', '.join(map(str, killed.steps))}",
        f"weights          sha256 {expected[:16]}..., the same as undisturbed",
        f"seconds          {time.monotonic() - began - alone:.0f}, undisturbed {alone:.0f}",
    ]


def parsed() -> argparse.Namespace:
    """Return the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.chaos", formatter_class=argparse.RawTextHelpFormatter, description=__doc__
    )
    parser.add_argument("part", choices=["embedded", "stack", "pretraining"])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=30, help="of the pretraining")
    parser.add_argument("--log", type=Path, help="where to keep what the service has said")
    arguments = parser.parse_args()
    if not 1 <= arguments.kills <= 1000:
        parser.error("between 1 and 1,000 kills")
    return arguments


def main() -> None:
    """Run one part and print its counts."""
    arguments = parsed()
    folder = Path(tempfile.mkdtemp(prefix="eigenlabel-chaos-"))
    images = write_digits(folder / "digits", POOL_PER_DIGIT, TEST_PER_DIGIT)
    place = production if arguments.part == "stack" else embedded
    try:
        with place(folder, images) as (service, urls, engine):
            try:
                if arguments.part == "pretraining":
                    lines = pretraining(service, engine, arguments.kills, arguments.seed, arguments.epochs)
                else:
                    lines = rounds(service, urls, engine, arguments.kills, arguments.seed)
            finally:
                if arguments.log is not None:
                    shutil.copy(service.log, arguments.log)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print("\n".join([f"{arguments.part}, seed {arguments.seed}", *lines]))


if __name__ == "__main__":
    sys.exit(main())
