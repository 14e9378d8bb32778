"""A pretraining run on one page: images, model, steps, checkpoints, encoder."""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from torch.distributed.distributed_c10d import Store

from ml.config import PretrainedEncoder
from ml.encoders import networks
from ml.encoders.backbone import Encoder, open_encoder, write_encoder
from ml.errors import PausedError, UnusableInputError
from ml.messages import Checkpoint, PretrainPoint, PretrainRequest
from ml.pretraining.checkpoints import load_checkpoint, save_checkpoint
from ml.pretraining.curve import Curve
from ml.pretraining.images import Images, batches
from ml.pretraining.measures import Measures
from ml.pretraining.meeting import await_images, meeting, training_store
from ml.pretraining.method_state import take_up, write_state
from ml.pretraining.methods.method import Batch
from ml.pretraining.run_name import run_name
from ml.pretraining.trainer import Trainer, goes_on_as
from ml.pretraining.world import World, joined
from ml.progress import Progress, no_progress, within
from ml.runtime import PhaseTimer, run_record

Report = Callable[[PretrainPoint | Checkpoint], None]
Paused = Callable[[], bool]
DECODING_SHARE = 0.05
PROGRESS_SECONDS = 0.5
FIGURES = {"loss", "alignment", "uniformity", "knn_accuracy", "bcubed"}
GO_ON, SAVE, PART = 0, 1, 2
"""What the leading process decides after a step."""


def never() -> bool:
    """Let a run go on to its end."""
    return False


@dataclass(frozen=True)
class Caller:
    """Whom a run tells how it goes, and who may pause it."""

    progress: Progress
    report: Report
    paused: Paused


NOBODY = Caller(no_progress, lambda _: None, never)
"""Whom a process tells that does not lead."""


def pretrain(
    request: PretrainRequest, progress: Progress, report: Report, paused: Paused = never
) -> dict[str, object]:
    """Run the pretraining of `request` to its end, from its newest whole checkpoint where there is one.

    Points and checkpoints go to `report` as they come. Writes `encoder.safetensors` to the output directory,
    with `method.safetensors` beside it, and returns its details. On a CPU an interrupted run ends with
    the same weights as an undisturbed one.
    Raises UnusableInputError with a reason to show, or PausedError once `paused` says so: after the step that
    is under way, a checkpoint of it having been reported.

    Several processes train together where torchrun has started them or where the machine has several GPUs.
    Those that do not lead report nothing, and return nothing.
    """
    with meeting(request) as (world, store):
        caller = Caller(progress, report, paused) if world.leads else NOBODY
        return pretrain_in(world, store, request, caller)


def pretrain_in(
    world: World, store: Store | None, request: PretrainRequest, caller: Caller
) -> dict[str, object]:
    """Run `pretrain` as one process of `world`, which meets the others by `store`."""
    timer, config, progress = PhaseTimer(), request.config, caller.progress
    request.output_directory.mkdir(parents=True, exist_ok=True)
    with timer.phase("decode"):
        await_images(world, store)
        images = Images(request, heeding(caller.paused, within(progress, 0.0, DECODING_SHARE)))
    try:
        amounts = images.amounts(config)
        if amounts.epoch_images < config.batch_size or not len(images):
            raise UnusableInputError(
                f"an epoch has {amounts.epoch_images:,} readable images, "
                f"fewer than a batch of {config.batch_size:,}"
            )
        steps = config.steps(images.source, images.target)
        initial = initial_encoder(request)
        with joined(world, training_store(world, store)), timer.phase("train"):
            trainer = Trainer(config, steps, amounts, initial, world)
            begun = going_on(trainer, request, initial)
            rest = Caller(within(progress, DECODING_SHARE, 1.0), caller.report, caller.paused)
            measures = Measures(request, trainer)
            last, rate = train(trainer, images, request, rest, measures)
            trainer.average_statistics()
    finally:
        images.close()
    if not world.leads:
        return {}
    return (
        finished(request, trainer, images, last)
        | begun
        | measures.described()
        | {
            "images_per_second": round(rate, 1),
            "seconds": {phase: round(seconds, 2) for phase, seconds in timer.seconds.items()},
        }
    )


def heeding(paused: Paused, progress: Progress) -> Progress:
    """Return `progress` that ends the work once it is paused."""

    def tell(fraction: float, phase: str, message: str) -> None:
        if paused():
            raise PausedError
        progress(fraction, phase, message)

    return tell


def initial_encoder(request: PretrainRequest) -> Encoder | None:
    """Return the encoder that `uf` goes on from, None for a run from scratch."""
    if request.initial is None:
        return None
    encoder = open_encoder(request.initial, request.cache_directory)
    if not goes_on_as(encoder.architecture, request.config):
        raise UnusableInputError(f"the encoder to go on from is a {encoder.architecture}")
    return encoder


def going_on(trainer: Trainer, request: PretrainRequest, initial: Encoder | None) -> dict[str, object]:
    """Have `uf` go on from all that is kept of its encoder's training; returns what there is to say of it.

    `heads` are `kept`, or `new` for the reason `why`.
    """
    if initial is None:
        return {}
    why = take_up(trainer.method, request.config.method, request.initial_state, initial.sha256)
    return {"heads": "kept"} if why is None else {"heads": "new", "heads_why": why}


def train(
    trainer: Trainer, images: Images, request: PretrainRequest, caller: Caller, measures: Measures
) -> tuple[PretrainPoint | None, float]:
    """Take the steps that are left; returns the last point (None without a step) and the images a second."""
    config, name = request.config, run_name(request.config)
    first = min(load_checkpoint(request.checkpoints, trainer.method, trainer.optimizer, name), trainer.steps)
    curve = Curve(trainer, trainer.steps // config.epochs, first)
    saved, shown, last, done = time.monotonic(), 0.0, None, first
    per_epoch = trainer.steps // config.epochs
    for number, batch in batches(config, images, trainer.device, first, world=trainer.world):
        if number % per_epoch == 0:
            trainer.start_epoch(number // per_epoch, partial(looked_at, trainer, images, caller, number))
        step, done = trainer.step(batch, number), number + 1
        measured = measures.at(done, measuring(trainer, caller, done))
        point = curve.add(step, done, measured) if trainer.world.leads else None
        if point is not None:
            if not math.isfinite(point.loss):
                raise UnusableInputError("the loss left the finite numbers: try a lower learning rate")
            caller.report(last := point)
        if time.monotonic() - shown > PROGRESS_SECONDS:
            shown = time.monotonic()
            caller.progress(done / trainer.steps, "pretraining", said(trainer, curve, done))
        if done == trainer.steps:
            break
        waited = time.monotonic() - saved >= config.checkpoint_seconds
        due = SAVE if waited or done % config.checkpoint_steps == 0 else GO_ON
        decided = trainer.world.agreed(PART if caller.paused() else due)
        if decided != GO_ON:
            trainer.average_statistics()
            if trainer.world.leads:
                caller.report(
                    save_checkpoint(request.output_directory, trainer.method, trainer.optimizer, done, name)
                )
            saved = time.monotonic()
        if decided == PART:
            raise PausedError
    return last, curve.rate(done)


def looked_at(trainer: Trainer, images: Images, caller: Caller, first: int) -> Iterator[tuple[int, Batch]]:
    """Yield the steps and batches of the epoch that starts with step `first`, for a look without training."""
    config, per_epoch = trainer.config, trainer.steps // trainer.config.epochs
    tell = heeding(caller.paused, caller.progress)
    for step, batch in batches(config, images, trainer.device, first, first + per_epoch, world=trainer.world):
        seen = f"{(step - first) * config.batch_size:,} of {per_epoch * config.batch_size:,} images seen"
        tell(first / trainer.steps, "looking", seen)
        yield step, batch


def measuring(trainer: Trainer, caller: Caller, done: int) -> Progress:
    """Return whom a measurement after `done` steps tells how far it is; PausedError where the run pauses."""
    tell = heeding(caller.paused, caller.progress)
    return lambda _fraction, _phase, message: tell(done / trainer.steps, "measuring", message)


def said(trainer: Trainer, curve: Curve, done: int) -> str:
    """Return where the run is, in words."""
    epochs, rate = trainer.config.epochs, curve.rate(done)
    epoch = min(done * epochs // trainer.steps + 1, epochs)
    left = (trainer.steps - done) * trainer.config.batch_size / max(rate, 1e-9)
    rounded = f"{left / 60:.0f} min" if left >= 90 else f"{left:.0f} s"
    return f"epoch {epoch} of {epochs}, {rate:,.0f} images/s, {rounded} left"


def finished(
    request: PretrainRequest, trainer: Trainer, images: Images, last: PretrainPoint | None
) -> dict[str, object]:
    """Write the encoder and return what there is to say about it."""
    config = request.config
    description = networks.described(
        PretrainedEncoder(config=config),
        networks.Built(trainer.architecture, trainer.backbone, config.encoder_arguments()),
    )
    description |= {"pretraining": config.model_dump(mode="json")}
    tensors = trainer.backbone.state_dict()
    sha256 = write_encoder(tensors, description, Path(request.output_directory) / "encoder.safetensors")
    state = write_state(trainer.method, config.method, trainer.steps, sha256, request.output_directory)
    figures = last.model_dump(include=FIGURES, exclude_none=True) if last else {}
    return (
        description
        | run_record(config.seed, trainer.device)
        | figures
        | {
            "sha256": sha256,
            "method_state": state,
            "image_size": config.image_size,
            "steps": trainer.steps,
            "source_images": images.source,
            "target_images": images.target,
            "target_draws": config.target_draws(images.source, images.target),
            "unreadable": images.unreadable,
            "processes": trainer.world.size,
        }
    )
