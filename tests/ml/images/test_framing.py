"""Which part of an image, how resized and how large, reaches the network: in embedding and in finetuning."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file

from ml.config import FullFinetune, RoundConfig
from ml.encoders.backbone import Encoder, read_encoder, write_encoder
from ml.encoders.embed import embed_images
from ml.images.transforms import WHOLE, Framing, load_pixels
from ml.messages import EncoderFile, ImageFile, StepRequest
from ml.progress import no_progress
from ml.step.pipeline import run_step

BORDER, INSIDE = (255, 0, 0), [(0, 0, 0), (0, 255, 0)]
SIZE = 32
FRAMINGS = {
    "crop": Framing(kept=0.5),
    "interpolation": Framing(interpolation="nearest"),
    "squashed": Framing(squashed=True),
}


@pytest.fixture
def framed(tiny_encoder: EncoderFile, tmp_path: Path) -> Callable[[Framing], EncoderFile]:
    """Return a function that gives the tiny encoder another framing."""

    def write(framing: Framing) -> EncoderFile:
        own = read_encoder(Path(str(tiny_encoder.weights)))
        said = own.model_dump(exclude={"path", "sha256"}, mode="json") | {"framing": framing.model_dump()}
        path = tmp_path / "framed.safetensors"
        sha256 = write_encoder(load_file(own.path), said, path)
        return EncoderFile(spec=tiny_encoder.spec, weights=str(path), sha256=sha256)

    return write


def picture(path: Path, pixels: NDArray[np.uint8]) -> ImageFile:
    Image.fromarray(pixels).save(path)
    return ImageFile(id=path.stem, sha256=f"{int(path.stem):064x}", path=str(path))


@pytest.mark.parametrize("size", [32, 48])
@pytest.mark.parametrize("name", FRAMINGS)
def test_the_encoder_is_shown_what_its_framing_says(
    framed: Callable[[Framing], EncoderFile], tmp_path: Path, name: str, size: int
) -> None:
    random = np.random.default_rng(0)
    images = [
        picture(tmp_path / f"{i}.png", random.integers(0, 256, (40, 60, 3), np.uint8)) for i in range(3)
    ]
    encoder = read_encoder(Path(str(framed(FRAMINGS[name]).weights)))
    found = embed_images(encoder, images, size, tmp_path, no_progress).features
    network = encoder.network()

    def features(framing: Framing, size: int) -> NDArray[np.float32]:
        pixels = torch.from_numpy(np.stack([load_pixels(image.path, size, framing) for image in images]))
        with torch.inference_mode():
            return np.asarray(network(encoder.normalised(pixels.permute(0, 3, 1, 2))))

    expected = features(FRAMINGS[name], size)
    close = 1e-2 * np.abs(expected).max()
    np.testing.assert_allclose(found, expected, atol=close)
    for other in (features(WHOLE, size), features(FRAMINGS[name], 80 - size)):
        assert np.abs(other - expected).max() > 3 * close


def test_finetuning_shows_the_network_what_its_framing_says(
    framed: Callable[[Framing], EncoderFile], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nearest neighbours make no new colours, and the middle half of each image has none of its border."""
    shown: list[NDArray[np.uint8]] = []
    normalised = Encoder.normalised

    def seen(encoder: Encoder, pixels: torch.Tensor) -> torch.Tensor:
        if pixels.any():  # the network is asked for its width with a black image
            shown.append(pixels.to(torch.uint8).permute(0, 2, 3, 1).numpy())
        return normalised(encoder, pixels)

    monkeypatch.setattr(Encoder, "normalised", seen)
    pool = [picture(tmp_path / f"{i}.png", bordered(i)) for i in range(12)]
    request = StepRequest(
        config=RoundConfig(finetune=FullFinetune(epochs=2)),
        encoder=framed(Framing(interpolation="nearest", kept=0.5)),
        pool=pool,
        categories=["a", "b"],
        labels={pool[row].id: row % 2 for row in range(6)},
        ask=0,
        step=1,
        cache_directory=tmp_path / "cache",
        output_directory=tmp_path / "out",
    )
    run_step(request, no_progress)
    trained = [batch for batch in shown if len(batch) == 6]
    embedded = [batch for batch in shown if len(batch) != 6]
    assert (len(trained), {batch.shape[1:] for batch in shown}) == (2, {(SIZE, SIZE, 3)})
    assert set().union(*map(colours, trained)) == {BORDER, *INSIDE}
    assert set().union(*map(colours, embedded)) == set(INSIDE)
    assert len(embedded) >= 2, "before and after"


def bordered(seed: int) -> NDArray[np.uint8]:
    """Return 40 x 40 pixels of two colours within a border of 10 of a third."""
    pixels = np.full((40, 40, 3), BORDER, dtype=np.uint8)
    pixels[10:30, 10:30] = np.array(INSIDE)[np.random.default_rng(seed).integers(0, 2, (20, 20))]
    return pixels


def colours(batch: NDArray[np.uint8]) -> set[tuple[int, ...]]:
    return {tuple(colour) for colour in np.unique(batch.reshape(-1, 3), axis=0).tolist()}
