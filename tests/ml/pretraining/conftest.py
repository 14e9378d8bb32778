"""A source and a target of small coloured images, and the smallest run that is a real one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ml.config import FolderSource, pretrain_config
from ml.messages import ImageFile, PretrainRequest

CLASSES = ("red", "green", "blue")

TINY: dict[str, Any] = {
    "backbone": "resnet_small",
    "image_size": 16,
    "epochs": 3,
    "batch_size": 8,
    "target_share": 0.5,
}
OF_METHOD: dict[str, dict[str, Any]] = {
    "moco_v2": {"batch_norm_splits": 2, "queue_size": 32, "projection_dim": 16},
    "deepcluster_v2": {"projection_dim": 16, "warm_up_epochs": 1, "prototypes": 4, "small_crops": 2},
    "supervised": {"mode": "vup"},
    "simclr_v2": {"projection_dim": 16, "warm_up_epochs": 1},
}


def tiny(method: str = "moco_v2", **changes: Any) -> dict[str, Any]:
    """Return the settings of the smallest run of a method, with `changes`."""
    return {"method": method} | TINY | OF_METHOD[method] | changes


def maker(
    directory: Path, colour_images: Callable[[str, int], list[ImageFile]]
) -> Callable[..., PretrainRequest]:
    """Return a function that makes a request: 24 source and 12 target images; its words change the config."""
    source, target = colour_images("source", 24), colour_images("target", 12)
    folder = directory / "source"
    folder.mkdir()
    for number, image in enumerate(source):
        (folder / CLASSES[number % 3]).mkdir(exist_ok=True)
        (folder / CLASSES[number % 3] / Path(image.path).name).symlink_to(image.path)

    def make(output: str = "output", checkpoints: list[str] | None = None, **changes: Any) -> PretrainRequest:
        config = pretrain_config.validate_python(tiny(**changes))
        return PretrainRequest(
            config=config,
            source=None if config.mode == "uf" else FolderSource(path=str(folder)),
            target=[] if config.mode == "vup" else [image.path for image in target],
            checkpoints=checkpoints or [],
            cache_directory=directory / "cache",
            output_directory=directory / output,
        )

    return make


@pytest.fixture
def make_request(
    tmp_path: Path, colour_images: Callable[[str, int], list[ImageFile]]
) -> Callable[..., PretrainRequest]:
    """Return what `maker` makes."""
    return maker(tmp_path, colour_images)
