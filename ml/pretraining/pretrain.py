"""A pretraining run on one page: images, model, steps, checkpoints, encoder."""

import hashlib
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic_core import to_json
from safetensors.torch import load_file

from ml.config import PretrainConfig, PretrainedEncoder
from ml.encoders import networks
from ml.encoders.backbone import open_encoder, write_encoder
from ml.errors import PausedError, UnusableInputError
from ml.messages import Checkpoint, FilesSource, PretrainPoint, PretrainRequest
from ml.pretraining.checkpoints import load_checkpoint, save_checkpoint
from ml.pretraining.curve import Curve
from ml.pretraining.pixels import PixelCache
from ml.pretraining.rebalancing import epoch_rows
from ml.pretraining.sources import open_source
from ml.pretraining.trainer import Trainer, architecture_of
from ml.progress import Progress, within
from ml.runtime import PhaseTimer, run_record

Report = Callable[[PretrainPoint | Checkpoint], None]
Paused = Callable[[], bool]
DECODING_SHARE = 0.05
PROGRESS_SECONDS = 0.5


class Images:
    """Source and target images of a run, decoded; rows from `source` on are target images."""

    def __init__(self, request: PretrainRequest, progress: Progress) -> None:
        config, directory = request.config, request.cache_directory / "pixels"
        source, target = request.source, FilesSource(paths=request.target)
        wanted = [] if config.mode == "uf" or source is None else [source]
        wanted += [] if config.mode == "vup" else [target]
        opened = [open_source(each, request.cache_directory) for each in wanted]
        total = max(1, sum(map(len, opened)))
        self.caches: list[PixelCache] = []
        for images in opened:
            budget = int(config.cache_bytes * len(images) / total)
            part = within(progress, len(self) / total, (len(self) + len(images)) / total)
            self.caches.append(PixelCache(images, config.image_size, budget, directory, part))
        self.source = 0 if config.mode == "uf" else len(self.caches[0])
        self.target = len(self) - self.source

    def __len__(self) -> int:
        return sum(map(len, self.caches))

    @property
    def unreadable(self) -> int:
        """Return how many images were left out."""
        return sum(cache.unreadable for cache in self.caches)

    def read(self, rows: NDArray[np.int64]) -> torch.Tensor:
        """Return uint8[len(rows), 3, S, S]."""
        size = self.caches[0].size
        batch = np.empty((len(rows), size, size, 3), dtype=np.uint8)
        first = 0
        for cache in self.caches:
            own = (rows >= first) & (rows < first + len(cache))
            batch[own] = cache.read(rows[own] - first)
            first += len(cache)
        return torch.from_numpy(batch).permute(0, 3, 1, 2)

    def close(self) -> None:
        """End the decoding threads."""
        for cache in self.caches:
            cache.close()


def batches(
    config: PretrainConfig, images: Images, device: torch.device, first_step: int
) -> Iterator[tuple[int, torch.Tensor]]:
    """Yield (step, uint8[B, 3, S, S] on `device`) from `first_step` to the end, read one step ahead."""
    per_epoch = config.epoch_images(images.source, images.target) // config.batch_size

    def rows() -> Iterator[NDArray[np.int64]]:
        for epoch in range(first_step // per_epoch, config.epochs):
            order = epoch_rows(config, images.source, images.target, epoch)
            begun = first_step - epoch * per_epoch if epoch == first_step // per_epoch else 0
            for step in range(begun, per_epoch):
                yield order[step * config.batch_size : (step + 1) * config.batch_size]

    with ThreadPoolExecutor(1, thread_name_prefix="batches") as reader:
        ahead = None
        for step, chosen in enumerate(rows(), first_step - 1):
            coming = reader.submit(images.read, chosen)
            if ahead is not None:
                yield step, ahead.result().to(device, non_blocking=True)
            ahead = coming
        if ahead is not None:
            yield step + 1, ahead.result().to(device, non_blocking=True)


def never() -> bool:
    """Let a run go on to its end."""
    return False


@dataclass(frozen=True)
class Caller:
    """Whom a run tells how it goes, and who may pause it."""

    progress: Progress
    report: Report
    paused: Paused


def pretrain(
    request: PretrainRequest, progress: Progress, report: Report, paused: Paused = never
) -> dict[str, object]:
    """Run the pretraining of `request` to its end, from its newest whole checkpoint where there is one.

    Points and checkpoints go to `report` as they come. Writes `encoder.safetensors` to the output directory
    and returns its details. On a CPU an interrupted run ends with the same weights as an undisturbed one.
    Raises UnusableInputError with a reason to show, or PausedError once `paused` says so: after the step that
    is under way, a checkpoint of it having been reported.
    """
    timer, config = PhaseTimer(), request.config
    request.output_directory.mkdir(parents=True, exist_ok=True)
    with timer.phase("decode"):
        images = Images(request, heeding(paused, within(progress, 0.0, DECODING_SHARE)))
    try:
        epoch_images = config.epoch_images(images.source, images.target)
        if epoch_images < config.batch_size or not len(images):
            raise UnusableInputError(
                f"an epoch has {epoch_images:,} readable images, fewer than a batch of {config.batch_size:,}"
            )
        steps = config.steps(images.source, images.target)
        trainer = Trainer(config, steps, epoch_images, initial_weights(request))
        with timer.phase("train"):
            caller = Caller(within(progress, DECODING_SHARE, 1.0), report, paused)
            last, rate = train(trainer, images, request, caller)
    finally:
        images.close()
    return finished(request, trainer, images, last) | {
        "images_per_second": round(rate, 1),
        "seconds": {phase: round(seconds, 2) for phase, seconds in timer.seconds.items()},
    }


def heeding(paused: Paused, progress: Progress) -> Progress:
    """Return `progress` that ends the work once it is paused."""

    def tell(fraction: float, phase: str, message: str) -> None:
        if paused():
            raise PausedError
        progress(fraction, phase, message)

    return tell


def initial_weights(request: PretrainRequest) -> dict[str, torch.Tensor] | None:
    """Return the weights that `uf` goes on from, None for a run from scratch."""
    if request.initial is None:
        return None
    encoder = open_encoder(request.initial, request.cache_directory)
    if encoder.architecture != architecture_of(request.config):
        raise UnusableInputError(f"the encoder to go on from is a {encoder.architecture}")
    return load_file(encoder.path)


def run_name(config: PretrainConfig) -> str:
    """Return a name for what `config` trains; a checkpoint goes with it."""
    values = config.model_dump(mode="json", exclude={"checkpoint_steps", "checkpoint_seconds", "cache_bytes"})
    for last in ("augmentation", "seed"):  # the order of release 0.1: its unfinished runs go on
        values[last] = values.pop(last)
    return hashlib.sha256(to_json(values)).hexdigest()[:16]


def train(
    trainer: Trainer, images: Images, request: PretrainRequest, caller: Caller
) -> tuple[PretrainPoint | None, float]:
    """Take the steps that are left; returns the last point (None without a step) and the images a second."""
    config, name = request.config, run_name(request.config)
    first = min(load_checkpoint(request.checkpoints, trainer.method, trainer.optimizer, name), trainer.steps)
    curve = Curve(trainer, trainer.steps // config.epochs, first)
    saved, shown, last, done = time.monotonic(), 0.0, None, first
    for number, pixels in batches(config, images, trainer.device, first):
        point = curve.add(trainer.step(pixels, number), done := number + 1)
        if point is not None:
            if not math.isfinite(point.loss):
                raise UnusableInputError("the loss left the finite numbers: try a lower learning rate")
            caller.report(last := point)
        if time.monotonic() - shown > PROGRESS_SECONDS:
            shown = time.monotonic()
            caller.progress(done / trainer.steps, "pretraining", said(trainer, curve, done))
        parting, waited = caller.paused(), time.monotonic() - saved >= config.checkpoint_seconds
        if done < trainer.steps and (parting or waited or done % config.checkpoint_steps == 0):
            caller.report(
                save_checkpoint(request.output_directory, trainer.method, trainer.optimizer, done, name)
            )
            saved = time.monotonic()
            if parting:
                raise PausedError
    return last, curve.rate(done)


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
    config, architecture = request.config, architecture_of(request.config)
    description = networks.described(
        PretrainedEncoder(config=config), networks.Built(architecture, trainer.backbone, {})
    )
    description |= {"pretraining": config.model_dump(mode="json")}
    tensors = trainer.backbone.state_dict()
    sha256 = write_encoder(tensors, description, Path(request.output_directory) / "encoder.safetensors")
    figures = last.model_dump(include={"loss", "alignment", "uniformity"}) if last else {}
    return (
        description
        | run_record(config.seed, trainer.device)
        | figures
        | {
            "sha256": sha256,
            "image_size": config.image_size,
            "steps": trainer.steps,
            "source_images": images.source,
            "target_images": images.target,
            "target_draws": config.target_draws(images.source, images.target),
            "unreadable": images.unreadable,
        }
    )
