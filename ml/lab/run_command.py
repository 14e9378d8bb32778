"""`eigenlab run`."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from ml.errors import UnusableInputError
from ml.lab.experiment import ResultFile
from ml.lab.grid import Cell, Grid, cells_of, encoders_of, located, read_grid, slug
from ml.lab.options import DEFAULT_CACHE, Cache, errors, progress_bar
from ml.lab.published import read_published
from ml.lab.tables import markdown

INTERRUPTED = 130


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
    scale: Annotated[str | None, typer.Option(help="Where the file has several: smoke, small, full.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Directory of the results; left out: the TOML file without suffix, and the scale in it."
        ),
    ] = None,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Run every cell of an experiment with every seed in turn, and write a table and a plot a head.

    Encoders that the file pretrains are trained first, once, and kept in the cache for every other file.
    Each cell has a result file of its own, written after every seed: a run that was stopped goes on there.
    """
    from ml.lab.run_grid import Place, run_grid  # noqa: PLC0415  (help needs no torch)

    grid = read_grid(experiment, scale)
    locate = partial(located, toml=experiment, data=data)
    directory = out or experiment.with_suffix("") / (scale or "")
    cells = cells_of(grid, encoders_of(grid, locate))
    try:
        with progress_bar(experiment.stem, time_left=True) as progress:
            results = run_grid(grid, cells, Place(locate, directory, cache), progress)
    except KeyboardInterrupt:
        errors.print("stopped; the same command goes on from here")
        raise typer.Exit(INTERRUPTED) from None
    text = tables(grid, results, experiment.parent)
    (directory / "table.md").write_text(text + "\n")
    typer.echo(text)
    plot(grid, cells, results, directory)


def tables(grid: Grid, results: list[ResultFile], directory: Path) -> str:
    """Return what the experiment found, as Markdown; `directory` holds its file.

    Without indicators that includes a table of the classes found; published figures stand beside and below.
    """
    published = read_published(directory / grid.published) if grid.published else None
    parts = [markdown(results, grid.at, against=grid.against, published=published)]
    if not grid.indicators:
        parts.append(markdown(results, grid.at, "seen", grid.against))
    if "clusters" in grid.measures:
        from ml.lab.clustering_report import clustering_report  # noqa: PLC0415  (needs FAISS)

        parts.append(clustering_report(results, grid.at))
    return "\n\n".join([*parts, *([published.markdown()] if published else [])])


def plot(grid: Grid, cells: list[Cell], results: list[ResultFile], directory: Path) -> None:
    """Draw a picture a head, and one of each measure, where matplotlib is installed."""
    from ml.lab.clustering_report import draw_correlation  # noqa: PLC0415  (matplotlib is an optional package)
    from ml.lab.plots import chosen, draw, heads_of  # noqa: PLC0415  (the same)
    from ml.lab.projection_panels import draw_projections  # noqa: PLC0415  (the same)

    try:
        for head in sorted(heads_of(results)):
            draw(chosen(results, [], [head]), None, directory / f"plot-{slug(head)}.png")
        if "clusters" in grid.measures:
            draw_correlation(results, grid.at[-1], directory / "clusters.png")
        if "projection" in grid.measures:
            draw_projections(cells, directory)
    except UnusableInputError as error:
        errors.print(str(error))
