"""`eigenlab pretrain`."""

from pathlib import Path
from typing import Annotated, Literal

import typer

from ml.config import pretrain_config
from ml.errors import UnusableInputError
from ml.lab.options import DEFAULT_CACHE, Cache, changed, progress_bar

Images = Annotated[
    str | None,
    typer.Option(help="DIR, file.zip::FOLDER, digits-8x8, mnist-5000, dataset:NAME or torchvision:NAME."),
]
NEEDED = {"tup": ("source", "target"), "vup": ("source",), "uf": ("target", "initial")}
Setting = Annotated[
    list[str] | None, typer.Option("--set", help="Any other field of the method's settings, as name=value.")
]


def pretrain(
    *,
    out: Annotated[Path, typer.Option(help="Directory for the encoder; a run stopped there goes on.")],
    source: Images = None,
    target: Images = None,
    mode: Annotated[Literal["tup", "vup", "uf"], typer.Option()] = "tup",
    initial: Annotated[Path | None, typer.Option(help="The encoder file that uf goes on from.")] = None,
    share: Annotated[float, typer.Option(help="Target images an epoch, as a share of the source.")] = 0.2,
    backbone: Annotated[Literal["resnet_small", "resnet18", "resnet50"], typer.Option()] = "resnet18",
    stem: Annotated[Literal["imagenet", "small_image"], typer.Option()] = "small_image",
    image_size: Annotated[int, typer.Option()] = 32,
    epochs: Annotated[int, typer.Option()] = 200,
    batch_size: Annotated[int, typer.Option()] = 256,
    seed: Annotated[int, typer.Option()] = 0,
    settings: Setting = None,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Pretrain an encoder without labels, on a source and (tup) the target's own images."""
    from ml.lab.encoders import encoder_named  # noqa: PLC0415
    from ml.lab.pretraining import paths_at, run, source_at  # noqa: PLC0415  (help needs no torch)

    given = {"source": source, "target": target, "initial": initial}
    missing = [name for name in NEEDED[mode] if given[name] is None]
    if missing:
        raise UnusableInputError(f"{mode} needs --{missing[0]}")
    values = {
        "mode": mode,
        "target_share": share,
        "backbone": backbone,
        "stem": stem,
        "image_size": image_size,
        "epochs": epochs,
        "batch_size": batch_size,
        "seed": seed,
    }
    config = pretrain_config.validate_python(changed(values, settings or []))
    with progress_bar(f"{mode}, {backbone}") as progress:
        details = run(
            config,
            source=source_at(source, cache) if source and "source" in NEEDED[mode] else None,
            target=paths_at(target, cache) if target and "target" in NEEDED[mode] else [],
            initial=encoder_named(str(initial), None) if mode == "uf" else None,
            out=out,
            cache=cache,
            progress=progress,
        )
    typer.echo(
        f"{details['steps']:,} steps at {details['images_per_second']} images/s, loss {details['loss']:.3f}, "
        f"alignment {details['alignment']:.3f}, uniformity {details['uniformity']:.3f}: "
        f"{out / 'encoder.safetensors'}"
    )
