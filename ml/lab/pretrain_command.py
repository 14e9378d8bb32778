"""`eigenlab pretrain`."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from ml.config import PRETRAIN_METHODS, Backbone, pretrain_config
from ml.errors import UnusableInputError
from ml.lab.options import DEFAULT_CACHE, Cache, changed, progress_bar

Images = Annotated[
    str | None,
    typer.Option(help="DIR, file.zip::FOLDER, digits-8x8, mnist-5000, dataset:NAME or torchvision:NAME."),
]
Target = Annotated[
    str | None,
    typer.Option(
        help="As --source, but not torchvision:. Its class folders only measure; vup learns nothing of it."
    ),
]
NEEDED = {"tup": ("source", "target"), "vup": ("source",), "uf": ("target", "initial")}
Setting = Annotated[
    list[str] | None, typer.Option("--set", help="Any other field of the method's settings, as name=value.")
]


def pretrain(
    *,
    out: Annotated[Path, typer.Option(help="Directory for the encoder; a run stopped there goes on.")],
    source: Images = None,
    target: Target = None,
    method: Annotated[
        str,
        typer.Option(
            help="moco_v2, simclr_v2, deepcluster_v2, or supervised: the class folders of --source, vup only."
        ),
    ] = "moco_v2",
    mode: Annotated[
        Literal["tup", "vup", "uf"],
        typer.Option(help="tup: source and target; vup: the source alone; uf: from --initial on the target."),
    ] = "tup",
    initial: Annotated[Path | None, typer.Option(help="The encoder file that uf goes on from.")] = None,
    preset: Annotated[
        str | None, typer.Option(help="Published settings, which options change: imagenet or cifar.")
    ] = None,
    share: Annotated[
        float | None,
        typer.Option(help="Target images an epoch, as a share of the source.", show_default="0.2"),
    ] = None,
    backbone: Annotated[Backbone | None, typer.Option(show_default="resnet18")] = None,
    stem: Annotated[
        Literal["imagenet", "small_image"] | None, typer.Option(show_default="small_image")
    ] = None,
    image_size: Annotated[int | None, typer.Option(show_default="32")] = None,
    epochs: Annotated[int | None, typer.Option(show_default="200")] = None,
    batch_size: Annotated[int | None, typer.Option(show_default="256")] = None,
    seed: Annotated[int, typer.Option()] = 0,
    processes: Annotated[
        int | None, typer.Option(min=1, help="Processes that train together; left out, one a GPU.")
    ] = None,
    settings: Setting = None,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Pretrain an encoder without labels, on a source and (tup) the target's own images."""
    from ml.lab.encoders import encoder_named  # noqa: PLC0415
    from ml.lab.pretraining import run, source_at, target_at  # noqa: PLC0415  (help needs no torch)

    given = {"source": source, "target": target, "initial": initial}
    missing = [name for name in NEEDED[mode] if given[name] is None]
    if missing:
        raise UnusableInputError(f"{mode} needs --{missing[0]}")
    values = {
        "method": method,
        "mode": mode,
        "target_share": share,
        "backbone": backbone,
        "stem": stem,
        "image_size": image_size,
        "epochs": epochs,
        "batch_size": batch_size,
        "seed": seed,
    }
    values = {name: value for name, value in values.items() if value is not None}
    config = pretrain_config.validate_python(changed(preset_values(method, preset) | values, settings or []))
    aimed = target_at(target, cache) if target else None
    with progress_bar(f"{mode}, {config.backbone}") as progress:
        details = run(
            config,
            source=source_at(source, cache) if source and "source" in NEEDED[mode] else None,
            target=aimed.paths if aimed and "target" in NEEDED[mode] else [],
            initial=encoder_named(str(initial), None) if mode == "uf" else None,
            labelled=aimed,
            out=out,
            cache=cache,
            progress=progress,
            processes=processes,
        )
    if not details:
        return
    typer.echo(
        f"{details['steps']:,} steps at {details['images_per_second']} images/s, loss {details['loss']:.3f}, "
        f"alignment {details['alignment']:.3f}, uniformity {details['uniformity']:.3f}: "
        f"{out / 'encoder.safetensors'}"
    )
    if "knn_accuracy" in details:
        typer.echo(measured_in_words(details))
    if "heads" in details:
        why = f": {details['heads_why']}" if "heads_why" in details else ""
        typer.echo(f"heads {details['heads']}{why}")


def measured_in_words(details: dict[str, Any]) -> str:
    """Return how well classes separate at the end of a run, and which ones."""
    by = details["measured"]
    share = by["seconds"] / max(details["seconds"]["train"], by["seconds"])
    return (
        f"kNN accuracy {details['knn_accuracy']:.3f}, BCubed F {details['bcubed']:.3f} on {by['images']:,} "
        f"images of {by['classes']:,} classes of the {by['of']}; measuring took {share:.1%} of the time"
    )


def preset_values(method: str, name: str | None) -> dict[str, Any]:
    """Return the settings of the preset of `method` called `name`, none without a name.

    Raises UnusableInputError for a method or a preset that there is not.
    """
    if method not in PRETRAIN_METHODS:
        raise UnusableInputError(f"--method is one of {', '.join(PRETRAIN_METHODS)}, not {method}")
    if name is None:
        return {}
    presets = PRETRAIN_METHODS[method].presets
    if not presets:
        raise UnusableInputError(f"{method} has no presets")
    if name not in presets:
        raise UnusableInputError(f"--preset is one of {', '.join(presets)}, not {name}")
    return presets[name].nested()
