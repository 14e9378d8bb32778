"""`eigenlab table`, `plot` and `pack`: what results say, and how they are kept."""

from pathlib import Path
from typing import Annotated

import typer

from ml.lab.options import Metric, Results, numbers
from ml.lab.packing import load_results
from ml.lab.packing import pack as pack_folder
from ml.lab.packs import NAME
from ml.lab.tables import CONTROL, markdown


def table(
    results: Results,
    at: Annotated[str, typer.Option(help="Labels per category beyond the indicator.")] = "0,1,3,9",
    metric: Metric = None,
    against: Annotated[
        str, typer.Option(help="The strategy that others are compared with, as tables name it.")
    ] = CONTROL,
) -> None:
    """Print a markdown table: mean ± standard deviation over seeds.

    In brackets: the difference to --against with the same head and schedule, paired by seed, ± its
    standard error.
    """
    typer.echo(markdown(load_results(results), numbers(at, "--at"), metric, against))


def plot(
    results: Results,
    out: Annotated[Path, typer.Option(help="The PNG to write.")],
    metric: Metric = None,
    strategy: Annotated[
        list[str] | None, typer.Option(help='Draw this one, as tables name it ("ackmeans, densest"); again.')
    ] = None,
    head: Annotated[list[str] | None, typer.Option(help="Draw this head only; may be repeated.")] = None,
) -> None:
    """Draw accuracy against labels spent, one panel per collection (needs matplotlib)."""
    from ml.lab.plots import chosen, draw  # noqa: PLC0415  (matplotlib is an optional package)

    draw(chosen(load_results(results), strategy or [], head or []), metric, out)


def pack(
    directory: Annotated[
        Path, typer.Argument(help="A folder with result files.", exists=True, file_okay=False)
    ],
) -> None:
    """Move the result files of a folder into one compressed file, results.jsonl.gz.

    Every command reads results there as well, and `run` and `simulate` add missing seeds to them.
    """
    typer.echo(f"{pack_folder(directory)} results in {directory / NAME}")
