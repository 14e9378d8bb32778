"""`eigenlab encoder import`: checkpoints that others have published."""

from pathlib import Path
from typing import Annotated, get_args

import typer

from ml.config import CheckpointLayout
from ml.errors import UnusableInputError

NAMES: tuple[CheckpointLayout, ...] = get_args(CheckpointLayout)


def import_checkpoint(
    file: Annotated[Path, typer.Argument(help="Weights: .pth, .pth.tar, .npz, .safetensors or .ckpt.index.")],
    out: Annotated[Path, typer.Option(help="The encoder to write, a .safetensors file.")],
    layout: Annotated[
        str | None, typer.Option(help=f"What the keys mean: {', '.join(NAMES)}; left out: they tell.")
    ] = None,
    keep_first_layer: Annotated[
        bool, typer.Option(help="SimCLR v2: end with the head's first layer, as its authors finetune it.")
    ] = False,
) -> None:
    """Make an encoder of a checkpoint of MoCo, SimCLR v2, DeepCluster v2, BiT or torchvision."""
    from ml.lab.encoders import import_file  # noqa: PLC0415  (help needs no torch)

    chosen = next((name for name in NAMES if name == layout), None)
    if layout is not None and chosen is None:
        raise UnusableInputError(f"there is no layout {layout}, but {', '.join(NAMES)}")
    made = import_file(file, chosen, out, keep_first_layer=keep_first_layer)
    origin = made.checkpoint
    typer.echo(
        f"{origin.layout if origin else ''}: {made.architecture}, {made.parameters:,} parameters, "
        f"{made.feature_dim:,} features\n"
        f"input: {made.framing.described()}, mean {made.mean}, std {made.std}\n"
        f"from: {file.name}, sha256 {origin.sha256 if origin else ''}\n{out}"
    )
