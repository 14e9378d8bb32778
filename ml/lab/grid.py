"""Experiments as small TOML files: a grid of collections, heads, schedules and strategies."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from ml.config import Finetune, FrozenFinetune, FrozenModel, RoundConfig
from ml.datasets.locations import below, is_dataset
from ml.errors import UnusableInputError
from ml.images import digits
from ml.lab.choices import StrategyChoice
from ml.lab.experiment import Experiment, MetricName
from ml.lab.options import BUNDLED_NAME, one_line
from ml.lab.tables import schedule_text
from ml.messages import EncoderFile

Schedule = list[Annotated[int, Field(ge=1)]]
# What a location starts with that is relative to --data.
DATA = "data:"


class GridCollection(FrozenModel):
    """A pool and a test location; `schedules` replace those of the file where the pool is small."""

    name: str = Field(pattern=r"^[A-Za-z0-9_.-]+$")
    pool: str
    test: str
    metric: MetricName = "top1"
    schedules: list[Schedule] | None = None


class Grid(FrozenModel):
    """Every combination of the lists is one cell, and each cell is run with every seed.

    `at` are the budgets of its table, in labels per category asked for.
    """

    collections: list[GridCollection] = Field(min_length=1)
    strategies: list[StrategyChoice] = Field(min_length=1)
    finetunes: list[Finetune] = Field([FrozenFinetune()], min_length=1)
    schedules: list[Schedule] = Field([RoundConfig().schedule], min_length=1)
    seeds: list[Annotated[int, Field(ge=0)]] = Field([0, 1, 2, 3, 4], min_length=1)
    encoder: str = BUNDLED_NAME
    image_size: int | None = None
    indicators: bool = True
    pool_share: float = Field(1.0, gt=0, le=1)
    at: list[int] = Field([0, 1, 3, 5, 9], min_length=1)


@dataclass(frozen=True)
class Cell:
    """One setting of the grid and the name of its result file."""

    collection: GridCollection
    experiment: Experiment
    file: str


def read_grid(path: Path) -> Grid:
    """Return the grid in the TOML file at `path`. Raises UnusableInputError, in one line, when it is none."""
    try:
        return Grid.model_validate(tomllib.loads(path.read_text()))
    except OSError as error:
        raise UnusableInputError(f"{path} cannot be read") from error
    except tomllib.TOMLDecodeError as error:
        raise UnusableInputError(f"{path} is not TOML: {error}") from error
    except ValidationError as error:
        raise UnusableInputError(f"{path}: {one_line(error)}") from error


def located(location: str, toml: Path, data: Path | None) -> str:
    """Return `location` as a path: `data:` is the folder `data`, other relative paths start at the file.

    Raises UnusableInputError for `data:` without a folder. The bundled digits are no path, and neither is
    `dataset:NAME`, which is looked for in the folder `data`.
    """
    if is_dataset(location):
        return below(location, data)
    if location.startswith(DATA):
        if data is None:
            raise UnusableInputError(f"{location} needs --data, the folder that data: stands for")
        return str(data / location.removeprefix(DATA))
    return location if location == digits.NAME else str(toml.parent / location)


def cells_of(grid: Grid, encoder: EncoderFile) -> list[Cell]:
    """Return the cells, those of one collection together.

    Raises UnusableInputError when two of them are the same.
    """
    cells = [
        cell_of(grid, encoder, collection, config, oracle=choice.oracle)
        for collection in grid.collections
        for finetune in grid.finetunes
        for schedule in collection.schedules or grid.schedules
        for choice in grid.strategies
        for config in [config_of(schedule, finetune, choice)]
    ]
    files = [cell.file for cell in cells]
    twice = [file for file in files if files.count(file) > 1]
    if twice:
        raise UnusableInputError(f"two cells of the grid are {twice[0].removesuffix('.json')}")
    return cells


def config_of(schedule: Schedule, finetune: Finetune, choice: StrategyChoice) -> RoundConfig:
    """Return the configuration of a round; its seed is set when it is run."""
    return RoundConfig(
        schedule=schedule, strategy=choice.of_config, eigen_rule=choice.eigen_rule, finetune=finetune
    )


def cell_of(
    grid: Grid, encoder: EncoderFile, collection: GridCollection, config: RoundConfig, *, oracle: bool
) -> Cell:
    """Return one cell; its locations stay as written, so that results move from machine to machine."""
    experiment = Experiment(
        pool=collection.pool,
        test=collection.test,
        encoder=encoder.spec,
        config=config,
        oracle=oracle,
        indicators=grid.indicators,
        pool_share=grid.pool_share,
        weights=encoder.weights,
        weights_sha256=encoder.sha256,
    )
    parts = (collection.name, experiment.label, experiment.head, schedule_text(config.schedule))
    return Cell(collection, experiment, "-".join(slug(part) for part in parts) + ".json")


def slug(text: str) -> str:
    """Return `text` with runs of what does not belong into a file name as one hyphen each."""
    return re.sub(r"[^A-Za-z0-9_.+]+", "-", text).strip("-")
