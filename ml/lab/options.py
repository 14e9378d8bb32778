"""What the commands of `eigenlab` share: their options, and how text becomes configuration."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars

from ml.errors import UnusableInputError
from ml.progress import Progress

DEFAULT_CACHE = Path.home() / ".cache" / "eigenlabel"
SPEED_SECONDS = 3600.0
errors = Console(stderr=True)

Location = Annotated[
    str, typer.Option(help="Class folders: DIR or file.zip::FOLDER; mnist-5000, or dataset:NAME.")
]
Cache = Annotated[Path, typer.Option(help="Where features stay between runs.", envvar="EIGENLABEL_CACHE")]
EncoderName = Annotated[
    str,
    typer.Option(
        help="efficientnet_lite0 (bundled), a timm model (NAME:token: its class token), "
        "or a file of eigenlab pretrain or encoder import."
    ),
]
BUNDLED_NAME = "efficientnet_lite0"
ImageSize = Annotated[int | None, typer.Option(help="Pixels a side; left out: chosen by the images.")]
Results = Annotated[
    list[Path], typer.Argument(help="Result files, packs, folders, or quoted patterns of file names.")
]
Metric = Annotated[
    Literal["top1", "mean_class", "weighted", "seen"] | None,
    typer.Option(help="Accuracy, or classes found; left out: the one each file is reported by."),
]


def numbers(text: str, option: str) -> list[int]:
    """Return the comma-separated whole numbers in `text`."""
    try:
        return [int(part) for part in text.split(",")]
    except ValueError:
        raise UnusableInputError(f"{option} takes whole numbers with commas between, not {text}") from None


def seed_numbers(text: str) -> list[int]:
    """Return the comma-separated seeds in `text` of the option --seeds."""
    found = numbers(text, "--seeds")
    if any(not 0 <= seed < 2**31 for seed in found):
        raise UnusableInputError(f"--seeds takes numbers from 0 to {2**31 - 1}, not {text}")
    return found


def changed(values: dict[str, Any], settings: list[str]) -> dict[str, Any]:
    """Return `values` with each name=value of `settings`; `augmentation.flip=0` reaches inside."""
    for setting in settings:
        name, separator, value = setting.partition("=")
        if not separator:
            raise UnusableInputError(f"--set takes name=value, not {setting}")
        outer, _, inner = name.partition(".")
        if inner:
            values[outer] = values.get(outer, {}) | {inner: value}
        else:
            values[outer] = value
    return values


@contextmanager
def progress_bar(description: str, *, time_left: bool = False) -> Iterator[Progress]:
    """Show a bar on standard error while inside, moved by the progress callback that is yielded.

    It tells the time that has passed or, with `time_left`, an estimate from the last hour of what is left.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[message]}"))
    clock = TimeRemainingColumn() if time_left else TimeElapsedColumn()
    with Bars(*columns, clock, console=errors, speed_estimate_period=SPEED_SECONDS) as bars:
        bar = bars.add_task(description, total=1.0, message="")

        def show(fraction: float, phase: str, message: str) -> None:
            bars.update(bar, completed=fraction, message=f"{phase} {message}".strip())

        yield show


def one_line(error: Exception) -> str:
    """Return what is wrong, in one line."""
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"{place}: {first['msg']}" if place else first["msg"]
    return str(error)
