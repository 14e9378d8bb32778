"""`eigenlab table` and `plot`: what result files say."""

from pathlib import Path
from typing import Annotated

import typer

from ml.lab.experiment import ResultFile
from ml.lab.options import Metric, Results, numbers
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
    loaded = [ResultFile.load(path) for path in results]
    typer.echo(markdown(loaded, numbers(at, "--at"), metric, against))


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

    draw(chosen([ResultFile.load(path) for path in results], strategy or [], head or []), metric, out)
