"""Running a grid cell by cell, so that it can be stopped at any time and called again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache as once
from itertools import groupby
from pathlib import Path

import numpy as np

from ml.lab.axis import GridEncoder
from ml.lab.collections import Collection
from ml.lab.experiment import Experiment, ResultFile
from ml.lab.grid import Cell, Grid
from ml.lab.locks import locked
from ml.lab.material import Material, drawn_rows, embedded_material, read_collections
from ml.lab.measures import SUFFIX as PROJECTION
from ml.lab.measures import Projector, clusters_of
from ml.lab.simulate import simulate
from ml.lab.trainings import Trainings
from ml.progress import Progress, within

# What is drawn already.
WHOLE = {"pool_share": 1.0, "imbalance": 1.0}


@dataclass(frozen=True)
class Task:
    """One seed of one cell."""

    cell: Cell
    seed: int

    @property
    def material(self) -> tuple[str, str | None, int | None]:
        """Return what tasks on the same features share; an encoder that is pretrained is one for a seed."""
        seed = self.seed if self.cell.encoder.of_a_seed else None
        return self.cell.collection.name, self.cell.encoder.name, seed

    @property
    def experiment(self) -> Experiment:
        """Return what is asked of its material: of the drawn part of the pool where a seed has its own."""
        experiment = self.cell.experiment
        return experiment.model_copy(update=WHOLE) if self.cell.encoder.of_a_seed else experiment

    @property
    def name(self) -> str:
        """Return how people read it."""
        return f"{self.cell.file.removesuffix('.json')}, seed {self.seed}"


@dataclass(frozen=True)
class Place:
    """Where a run reads and writes; `locate` turns a location as written into one that can be read."""

    locate: Callable[[str], str]
    out: Path
    cache: Path


def run_grid(grid: Grid, cells: Sequence[Cell], place: Place, progress: Progress) -> list[ResultFile]:
    """Run every seed of every cell that its file in `place.out` lacks; returns the results, one per cell.

    A file is written after every seed. A cell that another run is at is left for the end, and waited for.
    Raises UnusableInputError when a file in `place.out` holds another experiment.
    """
    place.out.mkdir(parents=True, exist_ok=True)
    missing = [Task(cell, seed) for cell in cells for seed in opened(cell, place.out).missing(grid.seeds)]
    # The features of one collection and encoder at a time are held in memory.
    order = {task.material: None for task in missing}
    plan = sorted(missing, key=lambda task: list(order).index(task.material))
    runner = Runner(grid, place, len(plan), progress)
    left = list(runner.done(plan, wait=False))
    for _ in runner.done(left, wait=True):
        pass
    return [ResultFile.load(place.out / cell.file) for cell in cells]


class Runner:
    """Takes the tasks of one run, in turn."""

    def __init__(self, grid: Grid, place: Place, total: int, progress: Progress) -> None:
        self.grid, self.place, self.total, self.progress = grid, place, total, progress
        self.finished = 0
        self.trainings = Trainings(place.locate, place.cache)
        self.collections = once(read_collections)

    def done(self, tasks: Sequence[Task], *, wait: bool) -> Iterator[Task]:
        """Do the tasks, and yield those that another run is at; with `wait` there are none."""
        for _, group in groupby(tasks, key=lambda task: task.material):
            own, material = list(group), None
            for task in own:
                path = self.place.out / task.cell.file
                with locked(path, self.told(task.name) if wait else None) as held:
                    if not held:
                        yield task
                        continue
                    # Another run may have done it since this one made its plan.
                    if opened(task.cell, self.place.out).missing([task.seed]):
                        material = material or self.material(task)
                        self.simulate(task, material, path)
                self.finished += 1

    def simulate(self, task: Task, material: Material, path: Path) -> None:
        """Run the round of `task` and add it to its file."""
        first, last = self.finished / self.total, (self.finished + 1) / self.total
        part = described(within(self.progress, first, last), self.counted(task.name))
        measures, projector = self.grid.measures, Projector(task.seed)
        projected = "projection" in measures and task.seed == self.grid.seeds[0]
        watch = (projector,) if projected else ()
        run = simulate(task.experiment, task.seed, material, part, *watch)
        if "clusters" in measures:
            drawn = material.drawn(task.experiment.pool_share, task.seed, task.experiment.imbalance)
            run = run.model_copy(update={"clusters": clusters_of(drawn, task.seed)})
        if projected:
            projector.save(path.with_suffix(PROJECTION))
        opened(task.cell, self.place.out, len(material.categories)).add(run, path)

    def material(self, task: Task) -> Material:
        """Return the material of `task`."""
        collection, encoder = task.cell.collection, task.cell.encoder
        self.told(self.counted(f"reading {collection.name}"))(0.0, "", "")
        locations = self.place.locate(collection.pool), self.place.locate(collection.test)
        pool, test = self.collections(*locations, self.place.cache)
        if encoder.of_a_seed:
            pool = self.drawn(task, pool)
        first, *others = (self.embedded(task, each, pool, test) for each in encoder.each)
        return replace(first, second=others[0]) if others else first

    def embedded(self, task: Task, encoder: GridEncoder, pool: Collection, test: Collection) -> Material:
        """Return what `encoder` makes of the collections, having trained it where that is needed."""
        file = encoder.file
        if encoder.pretraining is not None:
            text = self.counted(f"{encoder.name}, seed {task.seed}:")
            file = self.trainings.encoder(encoder.pretraining, task.seed, pool, self.told(text))
        assert file is not None
        return embedded_material(pool, test, file, self.place.cache, self.told(self.counted(task.name)))

    def drawn(self, task: Task, pool: Collection) -> Collection:
        """Return the part of `pool` that the seed of `task` draws."""
        truth, asked = np.array(pool.truth(pool.categories), dtype=np.int64), task.cell.experiment
        return pool.part(drawn_rows(truth, asked.pool_share, task.seed, asked.imbalance))

    def counted(self, text: str) -> str:
        """Return `text` after the number of the task."""
        return f"{min(self.finished + 1, self.total)}/{self.total} {text}"

    def told(self, text: str) -> Progress:
        """Return a callback that shows what it is told after `text`, and leaves the bar where it is."""
        here = self.finished / max(1, self.total)
        return lambda _fraction, phase, message: self.progress(here, text, f"{phase} {message}".strip())


def opened(cell: Cell, out: Path, categories: int = 0) -> ResultFile:
    """Return what there is of `cell` in `out`; a new result is of `categories`."""
    collection = cell.collection
    return ResultFile.resume(out / cell.file, collection.name, categories, cell.experiment, collection.metric)


def described(progress: Progress, text: str) -> Progress:
    """Return a callback that moves `progress` and shows `text` in place of the phases of a step."""
    return lambda fraction, _phase, _message: progress(fraction, text, "")
