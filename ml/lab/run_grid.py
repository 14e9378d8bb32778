"""Running a grid cell by cell, so that it can be stopped at any time and called again."""

from collections.abc import Callable, Sequence
from pathlib import Path

from ml.lab.experiment import ResultFile
from ml.lab.grid import Cell, Grid, GridCollection
from ml.lab.material import Material, read_material
from ml.lab.simulate import simulate
from ml.messages import EncoderFile
from ml.progress import Progress, within


def run_grid(
    grid: Grid,
    cells: Sequence[Cell],
    encoder: EncoderFile,
    *,
    locate: Callable[[str], str],
    out: Path,
    cache: Path,
    progress: Progress,
) -> list[ResultFile]:
    """Run every seed of every cell that its file in `out` lacks; returns the results, one per cell.

    `locate` turns a location as written into one that can be read. A file is written after every seed.
    Raises UnusableInputError when a file in `out` holds another experiment.
    """
    out.mkdir(parents=True, exist_ok=True)
    plan = [(cell, seed) for cell in cells for seed in opened(cell, out).missing(grid.seeds)]
    done = 0
    for collection in grid.collections:
        pending = [(cell, seed) for cell, seed in plan if cell.collection == collection]
        if not pending:
            continue
        reading = within(progress, done / len(plan), done / len(plan))
        # The features of one collection at a time are held in memory.
        material = read_one(collection, encoder, locate, cache, reading)
        for cell, seed in pending:
            part = within(progress, done / len(plan), (done + 1) / len(plan))
            text = f"{done + 1}/{len(plan)} {cell.file.removesuffix('.json')}, seed {seed}"
            run = simulate(cell.experiment, seed, material, described(part, text))
            opened(cell, out, len(material.categories)).add(run, out / cell.file)
            done += 1
    return [ResultFile.load(out / cell.file) for cell in cells]


def opened(cell: Cell, out: Path, categories: int = 0) -> ResultFile:
    """Return what there is of `cell` in `out`; a new result is of `categories`."""
    collection = cell.collection
    return ResultFile.resume(out / cell.file, collection.name, categories, cell.experiment, collection.metric)


def read_one(
    collection: GridCollection,
    encoder: EncoderFile,
    locate: Callable[[str], str],
    cache: Path,
    progress: Progress,
) -> Material:
    """Return the material of `collection`."""
    progress(0.0, "reading", collection.name)
    return read_material(locate(collection.pool), locate(collection.test), encoder, cache, progress)


def described(progress: Progress, text: str) -> Progress:
    """Return a callback that moves `progress` and shows `text` in place of the phases of a step."""
    return lambda fraction, _phase, _message: progress(fraction, text, "")
