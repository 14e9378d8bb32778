"""What the commands of `eigenlab` share: their options, and how text becomes configuration."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from ml.errors import UnusableInputError
from ml.progress import Progress

DEFAULT_CACHE = Path.home() / ".cache" / "eigenlabel"
errors = Console(stderr=True)

Location = Annotated[str, typer.Option(help="Class folders: DIR, file.zip::FOLDER, or mnist-5000.")]
Cache = Annotated[Path, typer.Option(help="Where features stay between runs.", envvar="EIGENLABEL_CACHE")]
EncoderName = Annotated[
    str, typer.Option(help="efficientnet_lite0 (bundled), a timm model, or a file of eigenlab pretrain.")
]
BUNDLED_NAME = "efficientnet_lite0"
ImageSize = Annotated[int | None, typer.Option(help="Pixels a side; left out: chosen by the images.")]
Results = Annotated[list[Path], typer.Argument(help="Files written by eigenlab simulate.")]
Metric = Annotated[Literal["top1", "mean_class"], typer.Option(help="Top-1 or mean class accuracy.")]


def numbers(text: str, option: str) -> list[int]:
    """Return the comma-separated whole numbers in `text`."""
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise UnusableInputError(f"{option} takes whole numbers with commas between, not {text}") from None


@contextmanager
def progress_bar(description: str) -> Iterator[Progress]:
    """Show a bar on standard error while inside, moved by the progress callback that is yielded."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[message]}"))
    with Bars(*columns, TimeElapsedColumn(), console=errors) as bars:
        bar = bars.add_task(description, total=1.0, message="")

        def show(fraction: float, phase: str, message: str) -> None:
            bars.update(bar, completed=fraction, message=f"{phase} {message}".strip())

        yield show
