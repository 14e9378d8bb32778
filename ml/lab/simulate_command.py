"""`eigenlab simulate`."""

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from ml.config import RoundConfig
from ml.lab.choices import DEFAULT_HEAD, DEFAULT_RULE, DEFAULT_STRATEGY, HEADS, STRATEGIES
from ml.lab.experiment import ORACLE, Clusters, Experiment, ResultFile, SecondEncoder
from ml.lab.locks import locked
from ml.lab.options import (
    BUNDLED_NAME,
    DEFAULT_CACHE,
    Cache,
    EncoderName,
    ImageSize,
    Location,
    changed,
    numbers,
    progress_bar,
    seed_numbers,
)
from ml.lab.tables import markdown

Settings = Annotated[
    list[str] | None,
    typer.Option("--set", help="Any other field of RoundConfig, as name=value: strategy.sigma=0.5."),
]


def round_config(
    schedule: list[int], strategy: str, eigen_rule: str, finetune: dict[str, Any], settings: list[str]
) -> RoundConfig:
    """Return the configuration that the options describe; ValidationError names what does not fit."""
    values = {
        "schedule": schedule,
        "strategy": {"kind": "random" if strategy == ORACLE else strategy},
        "eigen_rule": eigen_rule,
        "finetune": finetune,
    }
    return RoundConfig.model_validate(changed(values, settings))


def simulate(
    *,
    pool: Location,
    test: Location,
    out: Annotated[Path, typer.Option(help="Result file; seeds that it holds are not run again.")],
    encoder: EncoderName = BUNDLED_NAME,
    image_size: ImageSize = None,
    second_encoder: Annotated[
        str | None,
        typer.Option(
            help="Another encoder: its beliefs are averaged with those of the first, which chooses."
        ),
    ] = None,
    second_image_size: ImageSize = None,
    strategy: Annotated[str, typer.Option(help=f"One of {', '.join(STRATEGIES)}.")] = DEFAULT_STRATEGY,
    eigen_rule: Annotated[Literal["nearest", "densest"], typer.Option()] = DEFAULT_RULE,
    schedule: Annotated[str, typer.Option(help="Labels per category at each step.")] = "1,1,1,1,1,1,1,1,1",
    finetune: Annotated[Literal["frozen", "full", "hyper_rule", "fixmatch"], typer.Option()] = "frozen",
    head: Annotated[str, typer.Option(help=f"Of a frozen encoder: {', '.join(HEADS)}.")] = DEFAULT_HEAD,
    epochs: Annotated[int, typer.Option(help="Epochs of a full finetune.")] = 60,
    flip: Annotated[
        bool, typer.Option(help="Mirror images that the encoder learns from; not digits, letters or signs.")
    ] = True,
    indicators: Annotated[bool, typer.Option(help="Start from one label per category, or from none.")] = True,
    pool_share: Annotated[
        float, typer.Option(help="Of each class of the pool; every seed draws other images.")
    ] = 1.0,
    imbalance: Annotated[
        float,
        typer.Option(help="How many images the largest class keeps for each of the smallest; 1: all.", min=1),
    ] = 1.0,
    rolling: Annotated[
        bool, typer.Option(help="Propose each step before the last answers of the one before (--lag).")
    ] = False,
    lag: Annotated[
        int, typer.Option(help="How many answers are out when a rolling round proposes a step.", min=1)
    ] = 5,
    clusters: Annotated[
        Clusters,
        typer.Option(
            help="Label clusters at the cut that is proposed, or drop what is wrong there as well (checked)."
        ),
    ] = "none",
    settings: Settings = None,
    seeds: Annotated[str, typer.Option(help="One round is run with each.")] = "0,1,2,3,4",
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Run rounds in which the truth answers, and write accuracy against labels spent."""
    from ml.lab.encoders import encoder_named  # noqa: PLC0415  (help and tables need no torch)
    from ml.lab.material import read_material  # noqa: PLC0415
    from ml.lab.simulate import simulate as simulate_round  # noqa: PLC0415

    chosen = seed_numbers(seeds)
    own: dict[str, dict[str, Any]] = {
        "frozen": {"head": head},
        "full": {"epochs": epochs, "flip": flip},
        "hyper_rule": {"flip": flip},
        "fixmatch": {"flip": flip},
    }
    kind = {"kind": finetune, **own[finetune]}
    config = round_config(numbers(schedule, "--schedule"), strategy, eigen_rule, kind, settings or [])
    named = encoder_named(encoder, image_size)
    second = encoder_named(second_encoder, second_image_size) if second_encoder else None
    experiment = Experiment(
        pool=pool,
        test=test,
        encoder=named.spec,
        config=config,
        oracle=strategy == ORACLE,
        indicators=indicators,
        pool_share=pool_share,
        imbalance=imbalance,
        lag=lag if rolling else 0,
        clusters=clusters,
        weights=named.weights,
        weights_sha256=named.sha256,
        second=SecondEncoder(encoder=second.spec, weights=second.weights, weights_sha256=second.sha256)
        if second
        else None,
    )
    with progress_bar("reading") as progress:
        material = read_material(pool, test, named, cache, progress, second=second)
    name, categories = material.pool.name, len(material.categories)
    for seed in ResultFile.resume(out, name, categories, experiment).missing(chosen):
        with progress_bar(f"{name}, {experiment.label}, seed {seed}") as progress, locked(out, progress):
            # Another run may have done it, and added seeds of its own, while this one waited.
            result = ResultFile.resume(out, name, categories, experiment)
            if result.missing([seed]):
                result.add(simulate_round(experiment, seed, material, progress), out)
    result = ResultFile.resume(out, name, categories, experiment)
    typer.echo(markdown([result], [0, 1, 3, 9]))
