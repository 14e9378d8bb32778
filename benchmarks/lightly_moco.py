"""How fast MoCo v2 trains beside lightly's, on the same images and the same network.

    python -m benchmarks.lightly_moco --images ../shared/data/cifar10/cifar10.zip::train

Both train from image files in turns within one run, after a warm-up: ours with the loop of `eigenlab
pretrain`, decoded images being kept, lightly's as its documentation writes a loop, with its data set, its
transform (views are cut by Pillow in worker processes), its head, its loss and its memory bank. Its worker
processes read some batches ahead during our turn, which is to its advantage.
"""

import argparse
import copy
import platform
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import torch
from torch import nn
from torch.utils.data import DataLoader

from ml.config import FolderSource, MocoV2Config
from ml.encoders.networks import create_network
from ml.messages import PretrainRequest
from ml.pretraining.images import Images, batches
from ml.pretraining.methods.method import Batch
from ml.pretraining.trainer import Trainer, architecture_of
from ml.progress import no_progress
from ml.runtime import available_cores, choose_device, device_name

WARM_UP = 3
QUEUE = 4096


def arguments() -> argparse.Namespace:
    """Return the command line's arguments."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--images", required=True, help="file.zip::FOLDER")
    parser.add_argument(
        "--backbone", default="resnet_small", choices=("resnet_small", "resnet18", "resnet50")
    )
    parser.add_argument("--stem", default="small_image", choices=("small_image", "imagenet"))
    parser.add_argument("--image-size", type=int, default=32)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--turns", type=int, default=5, choices=range(1, 101), metavar="1..100")
    parser.add_argument("--steps", type=int, default=24, choices=range(1, 1001), metavar="1..1000")
    return parser.parse_args()


class Ours:
    """The loop of `eigenlab pretrain`; `splits` 1 is what lightly does."""

    def __init__(self, config: MocoV2Config, images: Images) -> None:
        steps = config.steps(images.source, images.target)
        self.trainer = Trainer(config, steps, images.amounts(config))
        self.read: Iterator[tuple[int, Batch]] = batches(config, images, self.trainer.device, 0)

    def train(self, steps: int) -> None:
        """Take so many steps."""
        for number, batch in islice(self.read, steps):
            self.trainer.step(batch, number)


class Lightlys:
    """Lightly's MoCo in a loop as its documentation has it."""

    def __init__(self, config: MocoV2Config, folder: Path) -> None:
        from lightly.data import LightlyDataset  # noqa: PLC0415  (slow to import)
        from lightly.loss import NTXentLoss  # noqa: PLC0415
        from lightly.models.modules import MoCoProjectionHead  # noqa: PLC0415
        from lightly.transforms import MoCoV2Transform  # noqa: PLC0415

        self.device = choose_device()
        backbone: Any = create_network(architecture_of(config))
        width = int(backbone.num_features)
        head = MoCoProjectionHead(width, width, config.projection_dim)
        self.query = nn.Sequential(backbone, head).to(self.device).train()
        self.key = copy.deepcopy(self.query).requires_grad_(requires_grad=False)
        self.loss = NTXentLoss(
            temperature=config.temperature, memory_bank_size=(QUEUE, config.projection_dim)
        )
        self.optimizer = torch.optim.SGD(self.query.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)
        self.momentum = config.key_momentum
        blur = 0.5 if config.image_size >= 64 else 0.0  # as ours, which has no blur that small
        transform = MoCoV2Transform(input_size=config.image_size, gaussian_blur=blur)
        self.loader = DataLoader(
            LightlyDataset(str(folder), transform=transform),
            batch_size=config.batch_size,
            shuffle=True,
            drop_last=True,
            num_workers=available_cores(),
            persistent_workers=True,
        )
        self.read = self.batches()

    def batches(self) -> Iterator[list[torch.Tensor]]:
        """Yield the two views of one batch after another, epoch after epoch."""
        while True:
            for views, _, _ in self.loader:
                yield views

    def train(self, steps: int) -> None:
        """Take so many steps."""
        from lightly.models.utils import update_momentum  # noqa: PLC0415

        for first, second in islice(self.read, steps):
            update_momentum(self.query, self.key, self.momentum)
            query = self.query(first.to(self.device))
            with torch.no_grad():
                key = self.key(second.to(self.device))
            loss = self.loss(query, key)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()


def rate(side: Ours | Lightlys, steps: int, batch: int) -> float:
    """Return the images a second of so many steps."""
    started = time.perf_counter()
    side.train(steps)
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return steps * batch / (time.perf_counter() - started)


def unpacked(location: str, folder: Path) -> Path:
    """Return the folder with the files of `file.zip::FOLDER`, written below `folder`."""
    archive, _, inside = location.partition("::")
    with ZipFile(archive) as members:
        members.extractall(folder, [name for name in members.namelist() if name.startswith(f"{inside}/")])
    return folder / inside


def main() -> None:
    """Measure and print a row of a table."""
    options = arguments()
    config = MocoV2Config(
        mode="vup",
        backbone=options.backbone,
        stem=options.stem,
        image_size=options.image_size,
        batch_size=options.batch_size,
        batch_norm_splits=1,
        queue_size=QUEUE // options.batch_size * options.batch_size,
        epochs=10_000,
    )
    with tempfile.TemporaryDirectory() as directory:
        folder = unpacked(options.images, Path(directory) / "images")
        request = PretrainRequest(
            config=config,
            source=FolderSource(path=str(folder)),
            cache_directory=Path(directory),
            output_directory=Path(directory),
        )
        with closing(Images(request, no_progress)) as images:
            ours, theirs = Ours(config, images), Lightlys(config, folder)
            for side in (ours, theirs):
                side.train(WARM_UP)
            pairs = [
                (
                    rate(ours, options.steps, options.batch_size),
                    rate(theirs, options.steps, options.batch_size),
                )
                for _ in range(options.turns)
            ]
            ours.read.close()  # type: ignore[attr-defined]  # a generator with a thread
    ratios = sorted(own / other for own, other in pairs)
    own, other = (statistics.median(side) for side in zip(*pairs, strict=True))
    print(f"{platform.machine()}, {device_name(choose_device())}, torch {torch.__version__}")
    print("| backbone | pixels | batch | ours, images/s | lightly, images/s | ratio (least, most) |")
    print("|---|--:|--:|--:|--:|--:|")
    print(
        f"| {options.backbone} | {options.image_size} | {options.batch_size} | {own:,.0f} | {other:,.0f} "
        f"| {statistics.median(ratios):.2f} ({ratios[0]:.2f}, {ratios[-1]:.2f}) |"
    )


if __name__ == "__main__":
    main()
