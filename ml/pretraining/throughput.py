"""How fast pretraining runs on this machine, from a few steps on images made of noise."""

import time

import torch

from ml.messages import ThroughputRequest, ThroughputResult
from ml.pretraining.methods.method import Amounts, Batch
from ml.pretraining.photos import kept_side
from ml.pretraining.trainer import Trainer
from ml.runtime import device_name

WARM_UP_STEPS = 2
LEAST_STEPS = 3
SECONDS = 4.0
EPOCH_IMAGES = 4096
"""What methods that keep features of an epoch take its length to be."""
CLASSES = 1000
"""What supervised pretraining takes to be learned."""


def measure(request: ThroughputRequest) -> ThroughputResult:
    """Return the images a second of training steps with the configuration, images being in memory already."""
    config = request.config
    trainer = Trainer(config, 1_000_000, Amounts(EPOCH_IMAGES, EPOCH_IMAGES, CLASSES))
    side = kept_side(config.image_size)
    shape = (config.batch_size, 3, side, side)
    pixels = torch.randint(0, 256, shape, dtype=torch.uint8)
    batch = Batch(pixels, rows := torch.arange(config.batch_size) % EPOCH_IMAGES, rows % CLASSES).to(
        trainer.device
    )
    steps, started = 0, time.perf_counter()
    while steps < WARM_UP_STEPS + LEAST_STEPS or time.perf_counter() - started < SECONDS:
        if steps == WARM_UP_STEPS:
            started = time.perf_counter()
        float(trainer.step(batch, steps).loss)  # waits for the device
        steps += 1
    rate = (steps - WARM_UP_STEPS) * config.batch_size / (time.perf_counter() - started)
    return ThroughputResult(images_per_second=round(rate, 1), device=device_name(trainer.device))
