"""`eigenlab forecast`."""

from typing import Annotated

import typer

from ml.errors import UnusableInputError
from ml.lab.options import Results
from ml.lab.packing import load_results


def forecast(
    results: Results,
    images: Annotated[
        list[str], typer.Option(help="Test images of a collection, as name=count; once for each.")
    ],
    worth: Annotated[
        list[float] | None,
        typer.Option(help="Points of accuracy that a label a category is worth; again for another price."),
    ] = None,
) -> None:
    """Print whether forecasts hold on rounds that are known to their end, and what stopping by them costs."""
    from ml.lab.forecasting import coverage, coverage_table, regrets  # noqa: PLC0415  (help is quick)

    found, counts = load_results(results), counts_of(images)
    unknown = sorted({result.name for result in found} - set(counts))
    if unknown:
        raise UnusableInputError(f"--images does not say how many test images {unknown[0]} has")
    typer.echo(coverage_table(coverage(found, counts)))
    for price in worth or []:
        by_advice, at_start, at_end = regrets(found, counts, price)
        typer.echo(
            f"\nA label a category worth {price:g} points: {by_advice:.2f} points lost by stopping as "
            f"advised, {at_start:.2f} at the start, {at_end:.2f} at the end."
        )


def counts_of(options: list[str]) -> dict[str, int]:
    """Return {collection: its test images}. Raises UnusableInputError for what is no name=count."""
    counts: dict[str, int] = {}
    for option in options:
        name, _, count = option.partition("=")
        if not count.isdigit() or int(count) < 1:
            raise UnusableInputError(f"--images takes name=count, not {option}")
        counts[name] = int(count)
    return counts
