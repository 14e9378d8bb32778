"""`eigenlab finish`."""

from pathlib import Path
from typing import Annotated

import typer

from ml.lab.choices import DEFAULT_HEAD, DEFAULT_STRATEGY, HEADS, STRATEGIES
from ml.lab.experiment import ORACLE, Experiment
from ml.lab.finish_file import Finished, FinishFile, Finishing, FinishMode
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
from ml.lab.simulate_command import Settings, round_config

NO_TEST = "none"


def finish(
    *,
    pool: Location,
    out: Annotated[Path, typer.Option(help="Result file; seeds that it holds are not run again.")],
    encoder: EncoderName = BUNDLED_NAME,
    image_size: ImageSize = None,
    strategy: Annotated[str, typer.Option(help=f"One of {', '.join(STRATEGIES)}.")] = DEFAULT_STRATEGY,
    schedule: Annotated[str, typer.Option(help="Labels per category at each step before it.")] = "1,1,1",
    head: Annotated[str, typer.Option(help=f"Of the frozen encoder: {', '.join(HEADS)}.")] = DEFAULT_HEAD,
    page: Annotated[int, typer.Option(help="Images a page.")] = 48,
    refit_every: Annotated[int, typer.Option(help="Pages between two fits of the head; 0: never.")] = 4,
    mode: Annotated[
        FinishMode | None,
        typer.Option(help="What pages show first; left out: surest, least_sure for a goal."),
    ] = None,
    goal: Annotated[
        float | None, typer.Option(help="Share of labels that may be wrong; left out: all are seen.")
    ] = None,
    sure: Annotated[float, typer.Option(help="Confidence in the goal.")] = 0.95,
    costs: Annotated[
        list[str] | None,
        typer.Option("--cost", help="Gestures or seconds of a step: image=2, label_seconds=3."),
    ] = None,
    settings: Settings = None,
    pool_share: Annotated[
        float, typer.Option(help="Of each class of the pool; every seed draws other images.")
    ] = 1.0,
    seeds: Annotated[str, typer.Option(help="One collection is finished with each.")] = "0,1,2,3,4",
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Finish a collection, the truth answering: a round, then pages to confirm, and an audit for a goal."""
    from ml.lab.encoders import encoder_named  # noqa: PLC0415  (help needs no torch)
    from ml.lab.finish import finish as finish_collection  # noqa: PLC0415
    from ml.lab.material import read_pool  # noqa: PLC0415

    chosen = seed_numbers(seeds)
    rule = {"kind": "frozen", "head": head}
    config = round_config(numbers(schedule, "--schedule"), strategy, "densest", rule, settings or [])
    named = encoder_named(encoder, image_size)
    start = Experiment(
        pool=pool,
        test=NO_TEST,
        encoder=named.spec,
        config=config,
        oracle=strategy == ORACLE,
        pool_share=pool_share,
        weights=named.weights,
        weights_sha256=named.sha256,
    )
    experiment = Finishing.model_validate(
        {
            "start": start,
            "page": page,
            "refit_every": refit_every,
            "mode": mode or ("surest" if goal is None else "least_sure"),
            "goal": goal,
            "sure": sure,
            "costs": changed({}, costs or []),
        }
    )
    with progress_bar("reading") as progress:
        material = read_pool(pool, named, cache, progress)
    name, categories = material.pool.name, len(material.categories)
    for seed in FinishFile.resume(out, name, categories, experiment).missing(chosen):
        with progress_bar(f"{name}, seed {seed}") as progress, locked(out, progress):
            # Another run may have done it, and added seeds of its own, while this one waited.
            result = FinishFile.resume(out, name, categories, experiment)
            if result.missing([seed]):
                result.add(finish_collection(experiment, seed, material, progress), out)
    typer.echo(table(FinishFile.resume(out, name, categories, experiment).runs))


def table(runs: list[Finished]) -> str:
    """Return the runs as a Markdown table, with what the last certificate says below."""
    lines = [
        "| seed | images | gestures | an image | corrections | pages | audited | seconds | wrong |",
        "| --: | --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for run in runs:
        own = (run.seed, run.images, run.gestures, f"{run.gestures_an_image:.3f}", run.corrections, run.pages)
        lines.append(f"| {' | '.join(map(str, (*own, run.audited, round(run.seconds), run.wrong)))} |")
    return "\n".join([*lines, "", *(f"Seed {run.seed}: {run.certificate.sentence}" for run in runs)])
