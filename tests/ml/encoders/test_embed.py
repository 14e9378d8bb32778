"""Features are of the image alone, not of the images that happened to come with it."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from ml.config import BundledEncoder, RoundConfig, TimmEncoder
from ml.encoders.backbone import open_encoder, write_encoder
from ml.encoders.embed import compute_features, embed_images
from ml.encoders.pooling import pooled_width
from ml.errors import UnusableInputError
from ml.images.transforms import load_pixels
from ml.messages import EncoderFile, ImageFile, StepRequest
from ml.progress import no_progress
from ml.step.pipeline import prepare_encoder, run_step


def test_an_image_has_the_same_features_alone_and_in_company(
    colour_images: Callable[[str, int], list[ImageFile]], tmp_path: Path
) -> None:
    encoder = open_encoder(EncoderFile(spec=BundledEncoder()), tmp_path)
    images, network = colour_images("company", 18), encoder.network()

    def features(chosen: list[ImageFile]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return np.concatenate(
            [each for _, each in compute_features(encoder, network, chosen, 64, no_progress)]
        )

    together = features(images)
    for start in (1, 5, 10, 14, 17):
        np.testing.assert_array_equal(features(images[start:]), together[start:])


# Pools 64 channels and gives 256 numbers: a layer follows, of which timm's num_features knows nothing.
WIDER = TimmEncoder(name="test_mambaout", pretrained=False, image_size=32)


@pytest.fixture
def wider_encoder(tmp_path: Path) -> EncoderFile:
    """Return an encoder whose output is wider than timm says."""
    details = prepare_encoder(WIDER, tmp_path / "wider")
    assert details["feature_dim"] == 256
    path = tmp_path / "wider" / "encoder.safetensors"
    return EncoderFile(spec=WIDER, weights=str(path), sha256=str(details["sha256"]))


def test_features_are_the_images_own_where_the_output_is_wider_than_timm_says(
    wider_encoder: EncoderFile, colour_images: Callable[[str, int], list[ImageFile]], tmp_path: Path
) -> None:
    encoder, images = open_encoder(wider_encoder, tmp_path), colour_images("wider", 12)
    embedding = embed_images(encoder, images, 32, tmp_path, no_progress)
    pixels = torch.from_numpy(np.stack([load_pixels(image.path, 32, encoder.framing) for image in images]))
    with torch.inference_mode():
        expected = encoder.network()(encoder.normalised(pixels.permute(0, 3, 1, 2))).numpy()
    np.testing.assert_allclose(embedding.features, expected, rtol=1e-2, atol=1e-2 * np.abs(expected).max())
    again = embed_images(encoder, images, 32, tmp_path, no_progress)
    assert again.computed == 0
    np.testing.assert_array_equal(again.features, embedding.features)


def test_an_encoder_of_an_earlier_release_that_states_the_wrong_width_is_not_believed(
    wider_encoder: EncoderFile, colour_images: Callable[[str, int], list[ImageFile]], tmp_path: Path
) -> None:
    right = open_encoder(wider_encoder, tmp_path)
    stated = right.model_dump(exclude={"path", "sha256"}, mode="json") | {"feature_dim": 64}
    path = tmp_path / "old.safetensors"
    sha256 = write_encoder(load_file(right.path), stated, path)
    pool = colour_images("old", 12)
    request = StepRequest(
        config=RoundConfig(),
        encoder=EncoderFile(spec=WIDER, weights=str(path), sha256=sha256),
        pool=pool,
        categories=["red", "green", "blue"],
        labels={pool[row].id: row % 3 for row in range(3)},
        ask=3,
        step=1,
        cache_directory=tmp_path / "cache",
        output_directory=tmp_path / "out",
    )
    assert run_step(request, no_progress).record["feature_dim"] == 256
    exported = json.loads((tmp_path / "out" / "model.json").read_text())
    head = load_file(tmp_path / "out" / "model.safetensors")["head.weight"]
    assert exported["encoder"]["feature_dim"] == head.shape[1] == 256


def test_a_network_that_takes_no_such_images_is_refused_in_one_line(
    colour_images: Callable[[str, int], list[ImageFile]], tmp_path: Path
) -> None:
    encoder = open_encoder(EncoderFile(spec=TimmEncoder(name="test_vit_relpos", pretrained=False)), tmp_path)
    with pytest.raises(UnusableInputError, match="no images of 64 x 64 pixels"):
        embed_images(encoder, colour_images("size", 2), 64, tmp_path, no_progress)


def test_asking_for_the_width_changes_nothing_in_a_network_that_trains() -> None:
    network = torch.nn.Sequential(
        torch.nn.Conv2d(3, 4, 1), torch.nn.BatchNorm2d(4), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten()
    ).train()
    network[1].eval()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    assert pooled_width(network, 8) == 4
    assert [module.training for module in network] == [True, False, True, True]
    assert all(tensor.equal(before[name]) for name, tensor in network.state_dict().items())
