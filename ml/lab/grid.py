"""Experiments as small TOML files: a grid of collections, heads, schedules and strategies."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, ValidationError, model_validator

from ml.config import (
    ONLY_FROZEN_AVERAGED,
    Finetune,
    FrozenFinetune,
    FrozenModel,
    RoundConfig,
    can_be_averaged,
)
from ml.datasets.locations import below, is_dataset
from ml.errors import UnusableInputError
from ml.images import digits
from ml.lab.axis import Average, EncoderChoice, GridEncoder, averages_of, opened
from ml.lab.choices import StrategyChoice
from ml.lab.experiment import Experiment, MetricName, SecondEncoder
from ml.lab.options import BUNDLED_NAME, one_line
from ml.lab.pretrainings import Pretraining, resolved
from ml.lab.scales import read_tables
from ml.lab.tables import CONTROL, schedule_text

Schedule = list[Annotated[int, Field(ge=1)]]
# What a location starts with that is relative to --data.
DATA = "data:"
# Locations that are no path: image sets that packages carry or torchvision loads.
NO_PATH = re.compile(rf"{digits.NAME}|{digits.SMALL_NAME}|torchvision:.*")
Measure = Literal["clusters", "projection"]


class GridCollection(FrozenModel):
    """A pool and a test location; `schedules` replace those of the file where the pool is small."""

    name: str = Field(pattern=r"^[A-Za-z0-9_.-]+$")
    pool: str
    test: str
    metric: MetricName = "top1"
    schedules: list[Schedule] | None = None


class Grid(FrozenModel):
    """Every combination of the lists is one cell, and each cell is run with every seed.

    `encoders`, `pretrainings` and `averages` of two of them are one axis; where there are none, `encoder` is
    the only one. `imbalances` are another (Experiment.imbalance), and `lags` (Experiment.lag). All
    `pretrainings` share the settings in `pretraining`, and those of a method the ones in `methods`. `only`
    names the collections that count. `at` are the budgets of its table, in labels per category asked for, and
    `against` the strategy or encoder that others are compared with, or "synchronous". `measures` are taken
    beside accuracy, and `published` is a file of figures to show beside them.
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
    imbalances: list[Annotated[float, Field(ge=1)]] = Field([1.0], min_length=1)
    lags: list[Annotated[int, Field(ge=0)]] = Field([0], min_length=1)
    at: list[int] = Field([0, 1, 3, 5, 9], min_length=1)
    encoders: list[EncoderChoice] = Field([])
    pretraining: dict[str, Any] = Field({})
    methods: dict[str, dict[str, Any]] = Field({})
    pretrainings: list[Pretraining] = Field([])
    averages: list[Average] = Field([])
    only: list[str] = Field([])
    against: str = CONTROL
    measures: list[Measure] = Field([])
    published: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _resolved(cls, values: Any) -> Any:
        if not isinstance(values, dict) or not isinstance(values.get("pretrainings"), list):
            return values
        shared, methods = values.get("pretraining", {}), values.get("methods", {})
        return values | {"pretrainings": resolved(values["pretrainings"], shared, methods)}

    @model_validator(mode="after")
    def _names_fit(self) -> Self:
        single = [*(each.name for each in self.encoders), *(each.name for each in self.pretrainings)]
        names = [*single, *(each.name for each in self.averages)]
        twice = [name for name in names if names.count(name) > 1]
        if twice:
            raise ValueError(f"two encoders are called {twice[0]}")
        for average in self.averages:
            first, second = average.encoders
            strange = [name for name in (first, second) if name not in single]
            if strange:
                raise ValueError(f"{average.name} averages {strange[0]}, which is not among the encoders")
            if first == second:
                raise ValueError(f"{average.name} averages {first} with itself")
        if self.averages and not all(map(can_be_averaged, self.finetunes)):
            raise ValueError(ONLY_FROZEN_AVERAGED)
        unknown = sorted(set(self.only) - {collection.name for collection in self.collections})
        if unknown:
            raise ValueError(f"only names {unknown[0]}, which is not among the collections")
        return self

    @property
    def chosen(self) -> list[GridCollection]:
        """Return the collections that count."""
        return [each for each in self.collections if not self.only or each.name in self.only]


@dataclass(frozen=True)
class Cell:
    """One setting of the grid and the name of its result file."""

    collection: GridCollection
    encoder: GridEncoder
    experiment: Experiment
    file: str


def read_grid(path: Path, scale: str | None = None) -> Grid:
    """Return the grid in the TOML file at `path`. Raises UnusableInputError, in one line, when it is none."""
    try:
        return Grid.model_validate(read_tables(path, scale))
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
    return location if NO_PATH.fullmatch(location) else str(toml.parent / location)


def encoders_of(grid: Grid, locate: Callable[[str], str]) -> list[GridEncoder]:
    """Return the encoders of the grid; UnusableInputError where a file is none."""
    if not grid.encoders and not grid.pretrainings:
        only = EncoderChoice(name="only", encoder=grid.encoder, image_size=grid.image_size)
        return [GridEncoder(None, file=opened(only, locate))]
    encoders = [
        *(GridEncoder(choice.name, file=opened(choice, locate)) for choice in grid.encoders),
        *(GridEncoder(each.name, pretraining=each) for each in grid.pretrainings),
    ]
    return [*encoders, *averages_of(grid.averages, encoders)]


def cells_of(grid: Grid, encoders: Sequence[GridEncoder]) -> list[Cell]:
    """Return the cells, those of one collection and encoder together.

    Raises UnusableInputError when two of them are the same.
    """
    cells = [
        cell_of(grid, encoder, collection, config, imbalance=imbalance, lag=lag, oracle=choice.oracle)
        for collection in grid.chosen
        for imbalance in grid.imbalances
        for lag in grid.lags
        for encoder in encoders
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
    grid: Grid,
    encoder: GridEncoder,
    collection: GridCollection,
    config: RoundConfig,
    *,
    imbalance: float,
    lag: int,
    oracle: bool,
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
        imbalance=imbalance,
        lag=lag,
        weights=encoder.file.weights if encoder.file else None,
        weights_sha256=encoder.file.sha256 if encoder.file else None,
        encoder_name=encoder.name,
        pretraining=encoder.pretraining,
        second=second_of(encoder.second) if encoder.second else None,
    )
    named = [encoder.name] if encoder.name is not None else []
    parts = (
        collection.name,
        *([f"1 to {imbalance:g}"] if imbalance > 1 else []),
        *named,
        experiment.label,
        experiment.head,
        schedule_text(config.schedule),
        *([f"lag {lag}"] if lag else []),
    )
    return Cell(collection, encoder, experiment, "-".join(slug(part) for part in parts) + ".json")


def second_of(encoder: GridEncoder) -> SecondEncoder:
    """Return what stands in an experiment for the encoder that is averaged with its own."""
    return SecondEncoder(
        encoder=encoder.spec,
        weights=encoder.file.weights if encoder.file else None,
        weights_sha256=encoder.file.sha256 if encoder.file else None,
        pretraining=encoder.pretraining,
    )


def slug(text: str) -> str:
    """Return `text` with runs of what does not belong into a file name as one hyphen each."""
    return re.sub(r"[^A-Za-z0-9_.+]+", "-", text).strip("-")
