"""`eigenlab run`."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ml.errors import UnusableInputError
from ml.lab.experiment import ResultFile
from ml.lab.grid import Grid, cells_of, located, read_grid, slug
from ml.lab.options import DEFAULT_CACHE, Cache, errors, progress_bar
from ml.lab.tables import markdown


def run(
    experiment: Annotated[Path, typer.Argument(help="A TOML file; experiments/ has some.")],
    data: Annotated[
        Path | None,
        typer.Option(
            help="The folder that data: at the start of a location stands for; "
            "other relative locations start at the TOML file.",
            envvar="EIGENLABEL_DATASETS",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Directory of the results; left out: the TOML file without suffix.")
    ] = None,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Run every cell of an experiment with every seed in turn, and write a table and a plot a head.

    Each cell has a result file of its own, written after every seed: a run that was stopped goes on there.
    """
    from ml.lab.encoders import SUFFIX, encoder_named  # noqa: PLC0415  (help needs no torch)
    from ml.lab.run_grid import run_grid  # noqa: PLC0415

    grid = read_grid(experiment)
    locate = partial(located, toml=experiment, data=data)
    directory = out or experiment.with_suffix("")
    file = grid.encoder.endswith(SUFFIX)
    named = encoder_named(locate(grid.encoder) if file else grid.encoder, grid.image_size)
    cells = cells_of(grid, named)
    with progress_bar(experiment.stem, time_left=True) as progress:
        results = run_grid(grid, cells, named, locate=locate, out=directory, cache=cache, progress=progress)
    text = tables(grid, results)
    (directory / "table.md").write_text(text + "\n")
    typer.echo(text)
    plot(results, directory)


def tables(grid: Grid, results: list[ResultFile]) -> str:
    """Return the table of the experiment; without indicators also that of the classes found."""
    own = [markdown(results, grid.at)]
    return "\n\n".join(own if grid.indicators else [*own, markdown(results, grid.at, "seen")])


def plot(results: list[ResultFile], directory: Path) -> None:
    """Draw a picture a head where matplotlib is installed; the table does without."""
    from ml.lab.plots import chosen, draw, heads_of  # noqa: PLC0415  (matplotlib is an optional package)

    try:
        for head in sorted(heads_of(results)):
            draw(chosen(results, [], [head]), None, directory / f"plot-{slug(head)}.png")
    except UnusableInputError as error:
        errors.print(str(error))
