"""How much of the device's speed pretraining keeps: its steps against the same model on one ready batch.

    python -m benchmarks.pretrain_throughput --source digits-8x8 --target mnist-5000 --backbone resnet_small

Both take turns within one run, so that a machine whose speed drifts is the same for both. The loop reads
decoded images, makes views of each and trains; the limit trains on views that never change. What a method
does between epochs is not in it. Without a target the source alone is learned from.
"""

import argparse
import platform
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import get_args

import torch

from ml.config import PRETRAIN_METHODS, Backbone, pretrain_config
from ml.lab.pretraining import source_at, target_at
from ml.messages import PretrainRequest
from ml.pretraining.images import Images, batches
from ml.pretraining.methods.method import Batch
from ml.pretraining.trainer import Trainer
from ml.progress import no_progress
from ml.runtime import device_name

WARM_UP = 3


def arguments() -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--source", required=True, help="DIR, file.zip::FOLDER, digits-8x8 or torchvision:NAME"
    )
    parser.add_argument("--target", help="DIR, file.zip::FOLDER or mnist-5000")
    parser.add_argument("--method", default="moco_v2", choices=PRETRAIN_METHODS)
    parser.add_argument("--backbone", default="resnet18", choices=get_args(Backbone))
    parser.add_argument("--stem", default="small_image", choices=("small_image", "imagenet"))
    parser.add_argument("--image-size", type=int, default=32)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--batch-norm-splits", type=int, help="of moco_v2; left out, its default")
    parser.add_argument("--turns", type=int, default=10, choices=range(1, 101), metavar="1..100")
    parser.add_argument("--steps", type=int, default=8, choices=range(1, 1001), metavar="1..1000")
    return parser.parse_args()


def request_of(options: argparse.Namespace, cache: Path) -> PretrainRequest:
    """Return the run that is measured; it is never finished."""
    names = ("method", "backbone", "stem", "image_size", "batch_size")
    values = {name: getattr(options, name) for name in names}
    if options.batch_norm_splits is not None:
        values["batch_norm_splits"] = options.batch_norm_splits
    mode = "tup" if options.target else "vup"
    config = pretrain_config.validate_python(values | {"mode": mode, "epochs": 10_000})
    target = target_at(options.target, cache).paths if options.target else []
    source = source_at(options.source, cache)
    return PretrainRequest(
        config=config, source=source, target=target, cache_directory=cache, output_directory=cache
    )


def wait_for(device: torch.device) -> None:
    """Return when the device has done what it was asked."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


class Race:
    """The loop and its limit on one model."""

    def __init__(self, request: PretrainRequest, images: Images) -> None:
        config = request.config
        steps = config.steps(images.source, images.target)
        self.trainer = Trainer(config, steps, images.amounts(config))
        self.read: Iterator[tuple[int, Batch]] = batches(config, images, self.trainer.device, 0)
        _, self.batch = next(self.read)
        generator = self.trainer.generator(0)
        view = self.trainer.views_of(self.batch, generator)
        self.inputs = self.trainer.method.inputs(self.batch, view, generator)

    def loop(self, steps: int) -> float:
        """Return the images a second of the loop."""
        started = time.perf_counter()
        for number, batch in islice(self.read, steps):
            self.trainer.step(batch, number)
        return self._rate(steps, started)

    def limit(self, steps: int) -> float:
        """Return the images a second of the model on the resident batch."""
        started = time.perf_counter()
        for number in range(steps):
            self.trainer.step_on(self.inputs, self.batch, number)
        return self._rate(steps, started)

    def _rate(self, steps: int, started: float) -> float:
        wait_for(self.trainer.device)
        return steps * self.trainer.config.batch_size / (time.perf_counter() - started)


def main() -> None:
    """Measure and print a row of a table."""
    options = arguments()
    with tempfile.TemporaryDirectory() as directory:
        request = request_of(options, Path(directory))
        with closing(Images(request, no_progress)) as images:
            race = Race(request, images)
            race.loop(WARM_UP)
            race.limit(WARM_UP)
            pairs = [(race.loop(options.steps), race.limit(options.steps)) for _ in range(options.turns)]
            race.read.close()  # type: ignore[attr-defined]  # a generator with a thread
    ratios = sorted(loop / limit for loop, limit in pairs)
    loop, limit = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"{platform.machine()}, {device_name(race.trainer.device)}, torch {torch.__version__}")
    columns = ("method", "backbone", "stem", "pixels", "batch", "loop, images/s", "limit, images/s")
    print(f"| {' | '.join(columns)} | ratio (least, most) |")
    print("|---|---|---|--:|--:|--:|--:|--:|")
    print(
        f"| {options.method} | {options.backbone} | {options.stem} | {options.image_size} "
        f"| {options.batch_size} | {loop:,.0f} | {limit:,.0f} "
        f"| {statistics.median(ratios):.3f} ({ratios[0]:.3f}, {ratios[-1]:.3f}) |"
    )


if __name__ == "__main__":
    main()
