"""Small synthetic collections and an encoder that needs no download."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ml.config import TimmEncoder
from ml.messages import EncoderFile, ImageFile
from ml.step.pipeline import prepare_encoder

TINY = TimmEncoder(name="test_efficientnet", pretrained=False, image_size=32)
COLOURS = [(220, 40, 40), (40, 180, 60), (50, 70, 220)]


def write_image(path: Path, colour: tuple[int, int, int], seed: int) -> ImageFile:
    """Write a noisy image of `colour` and return its file."""
    noise = np.random.default_rng(seed).normal(0, 20, (40, 40, 3))
    Image.fromarray(np.clip(np.array(colour) + noise, 0, 255).astype(np.uint8)).save(path)
    return ImageFile(id=path.stem, sha256=hashlib.sha256(path.read_bytes()).hexdigest(), path=str(path))


@pytest.fixture(scope="session")
def colour_images(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int], list[ImageFile]]:
    """Return a function that makes `count` images; image i shows colour i modulo 3."""
    directory = tmp_path_factory.mktemp("images")

    def make(name: str, count: int) -> list[ImageFile]:
        seed = 1000 * sum(name.encode())
        return [write_image(directory / f"{name}{i}.png", COLOURS[i % 3], seed + i) for i in range(count)]

    return make


@pytest.fixture(scope="session")
def tiny_encoder(tmp_path_factory: pytest.TempPathFactory) -> EncoderFile:
    """Return a prepared, randomly initialised encoder of a few thousand parameters."""
    directory = tmp_path_factory.mktemp("encoder")
    details = prepare_encoder(TINY, directory)
    return EncoderFile(
        spec=TINY, weights=str(directory / "encoder.safetensors"), sha256=str(details["sha256"])
    )


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real image sets beside the checkout, or skip."""
    directory = Path(__file__).resolve().parents[3] / "shared" / "data"
    if not directory.is_dir():
        pytest.skip("the real image sets of ../shared/data are not here")
    return directory
