"""A source and a target of small coloured images, and the smallest run that is a real one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ml.config import FolderSource, MocoV2Config
from ml.messages import ImageFile, PretrainRequest

TINY: dict[str, Any] = {
    "backbone": "resnet_small",
    "image_size": 16,
    "epochs": 3,
    "batch_size": 8,
    "batch_norm_splits": 2,
    "queue_size": 32,
    "projection_dim": 16,
    "target_share": 0.5,
}


@pytest.fixture
def make_request(
    tmp_path: Path, colour_images: Callable[[str, int], list[ImageFile]]
) -> Callable[..., PretrainRequest]:
    """Return a function that makes a request: 24 source and 12 target images; its words change the config."""
    source, target = colour_images("source", 24), colour_images("target", 12)
    folder = tmp_path / "source"
    folder.mkdir()
    for image in source:
        (folder / Path(image.path).name).symlink_to(image.path)

    def make(output: str = "output", checkpoints: list[str] | None = None, **changes: Any) -> PretrainRequest:
        config = MocoV2Config.model_validate(TINY | changes)
        return PretrainRequest(
            config=config,
            source=None if config.mode == "uf" else FolderSource(path=str(folder)),
            target=[] if config.mode == "vup" else [image.path for image in target],
            checkpoints=checkpoints or [],
            cache_directory=tmp_path / "cache",
            output_directory=tmp_path / output,
        )

    return make
