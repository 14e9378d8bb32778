"""`eigenlab encoder list`: the encoders to choose from by name."""

import typer

from ml.config import KNOWN_ENCODERS, LICENCES, KnownEncoder
from ml.lab.options import BUNDLED_NAME


def list_encoders() -> None:
    """Print encoders as a Markdown table, the advised one first: licence, size, image size, speed."""
    typer.echo("| --encoder | --image-size | parameters | speed | licence | |\n|---|---|---|---|---|---|")
    for each in KNOWN_ENCODERS:
        name = f"{each.name}:{each.pooling}" if each.pooling else each.name
        size = f"{each.parameters / 1e6:.0f} M"
        typer.echo(
            f"| {name} | {each.image_size} | {size} | {each.speed:g} | {licence(each)} | {each.advice} |"
        )
    typer.echo(
        f"\nSpeed: images a second on a CPU where {BUNDLED_NAME} at 224 pixels has 1, give or take half. "
        "That one is bundled: nothing to download."
    )


def licence(encoder: KnownEncoder) -> str:
    """Return the licence of an encoder in words, with whether it forbids commercial use."""
    stated = LICENCES[encoder.licence]
    return stated.title if stated.commercial else f"{stated.title}: no commercial use"
