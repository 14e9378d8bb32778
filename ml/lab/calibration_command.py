"""`eigenlab calibration`."""

from typing import Annotated

import typer

from ml.lab.choices import DEFAULT_HEAD, DEFAULT_RULE, DEFAULT_STRATEGY, HEADS, STRATEGIES
from ml.lab.experiment import Experiment
from ml.lab.options import (
    BUNDLED_NAME,
    DEFAULT_CACHE,
    Cache,
    EncoderName,
    ImageSize,
    Location,
    numbers,
    progress_bar,
    seed_numbers,
)
from ml.lab.simulate_command import round_config


def calibration(
    *,
    pool: Location,
    test: Location,
    encoder: EncoderName = BUNDLED_NAME,
    image_size: ImageSize = None,
    strategy: Annotated[str, typer.Option(help=f"One of {', '.join(STRATEGIES)}.")] = DEFAULT_STRATEGY,
    schedule: Annotated[str, typer.Option(help="Labels per category at each step.")] = "1,1,1,1,1,1,1,1,1",
    head: Annotated[str, typer.Option(help=f"One of {', '.join(HEADS)}.")] = DEFAULT_HEAD,
    seeds: Annotated[str, typer.Option(help="One round is run with each.")] = "0,1",
    at: Annotated[str, typer.Option(help="Labels per category beyond the indicator.")] = "0,1,3,9",
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Print how far confidences are from being chances: expected calibration error in per cent.

    As the head says them, and with the temperature that people see, each a mean over seeds.
    """
    from ml.lab.calibration import calibration as measured  # noqa: PLC0415  (help needs no torch)
    from ml.lab.calibration import calibration_table  # noqa: PLC0415
    from ml.lab.encoders import encoder_named  # noqa: PLC0415
    from ml.lab.material import read_material  # noqa: PLC0415

    settings = {"kind": "frozen", "head": head}
    config = round_config(numbers(schedule, "--schedule"), strategy, DEFAULT_RULE, settings, [])
    chosen, budgets = seed_numbers(seeds), numbers(at, "--at")
    named = encoder_named(encoder, image_size)
    experiment = Experiment(pool=pool, test=test, encoder=named.spec, config=config)
    with progress_bar("calibration") as progress:
        material = read_material(pool, test, named, cache, progress)
        errors = measured(experiment, chosen, material, progress)
    typer.echo(calibration_table(errors, budgets))
