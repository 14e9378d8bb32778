"""`eigenlab data list`, `check` and `download`: the public data sets."""

from pathlib import Path
from typing import Annotated

import typer

from ml.datasets.locations import FOLDER, dataset_named, default_root
from ml.datasets.table import DATASETS
from ml.lab.options import DEFAULT_CACHE, Cache, progress_bar

data = typer.Typer(
    no_args_is_help=True, help="Public data sets: which there are, and whether they are complete."
)
Name = Annotated[str, typer.Argument(help=f"One of {', '.join(DATASETS)}.")]
Data = Annotated[
    Path | None,
    typer.Option(
        help="The folder of data sets; left out: where pretraining downloads them to.", envvar=FOLDER
    ),
]


@data.command("list")
def list_datasets() -> None:
    """Print the data sets as a Markdown table: images a part, classes, metric, split and licence."""
    typer.echo("| name | pool | test | classes | metric | split | licence |\n|---|---|---|---|---|---|---|")
    for row in DATASETS.values():
        pool, test = (sum(row.parts[part] for part in parts) for parts in (row.pool, row.test))
        metric = "top-1" if row.metric == "top1" else "mean class"
        typer.echo(
            f"| {row.name} | {pool:,} | {test:,} | {row.classes:,} | {metric} | {row.split} | {row.licence} |"
        )


@data.command()
def check(
    name: Name,
    data: Data = None,
    decode: Annotated[bool, typer.Option(help="Decode every image, not only its header.")] = False,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Say what of a data set is there and what is missing; the exit code is 2 unless it is complete."""
    from ml.datasets.checking import check as check_dataset  # noqa: PLC0415  (help needs no torch)

    with progress_bar(name) as progress:
        found = check_dataset(
            dataset_named(name), data or default_root(cache), cache, progress, decode=decode
        )
    for line in found.lines():
        typer.echo(line)
    if not found.whole:
        raise typer.Exit(2)


@data.command()
def download(name: Name, data: Data = None, cache: Cache = DEFAULT_CACHE) -> None:
    """Download a data set by torchvision; ImageNet's archives are unpacked where they lie already."""
    from ml.datasets.downloading import download as download_dataset  # noqa: PLC0415  (help needs no torch)

    root = data or default_root(cache)
    download_dataset(dataset_named(name), root)
    typer.echo(f"{name}: {root}")
