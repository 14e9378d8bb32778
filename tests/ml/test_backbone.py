"""Encoders: the bundled weights, storage as safetensors, and what is refused."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from ml import bundled, networks
from ml.backbone import open_encoder, read_encoder
from ml.config import BundledEncoder, EncoderSpec, TimmEncoder
from ml.errors import UnusableInputError
from ml.folding import folded
from ml.lab.collections import read_collection
from ml.messages import EncoderFile
from ml.pipeline import prepare_encoder
from ml.transforms import load_pixels
from tests.ml.conftest import TINY


@pytest.fixture(scope="module")
def bundled_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the bundled encoder, prepared."""
    directory = tmp_path_factory.mktemp("bundled")
    prepare_encoder(BundledEncoder(), directory)
    return directory


def test_bundled_encoder_is_described(bundled_directory: Path) -> None:
    encoder = read_encoder(bundled_directory / "encoder.safetensors")
    assert (encoder.feature_dim, encoder.fixed_image_size) == (1280, None)
    assert encoder.parameters == 3_371_008
    white = encoder.normalised(torch.full((1, 3, 2, 2), 255.0))
    torch.testing.assert_close(white, torch.ones(1, 3, 2, 2))


def test_bundled_weights_are_pinned(tmp_path: Path) -> None:
    changed = bytearray(bundled.weights_path().read_bytes())
    changed[1000] ^= 1
    (tmp_path / "weights.pth").write_bytes(changed)
    with pytest.raises(UnusableInputError, match="not the file"):
        bundled.read_weights(tmp_path / "weights.pth")


@pytest.mark.parametrize("spec", [BundledEncoder(), TINY])
def test_preparing_twice_gives_the_same_file(tmp_path: Path, spec: EncoderSpec) -> None:
    first = prepare_encoder(spec, tmp_path / "a")
    torch.rand(3)
    assert prepare_encoder(spec, tmp_path / "b") == first


def test_bundled_weights_recognise_breeds_that_imagenet_names(shared_data: Path, tmp_path: Path) -> None:
    """A wrong architecture, channel order or normalisation would lower this without an error."""
    of_imagenet = {"pug": 254, "samoyed": 258, "keeshond": 261, "saint_bernard": 247}
    collection = read_collection(f"{shared_data}/pets37/pets37.zip::test", "test", tmp_path)
    rows = [row for row, name in enumerate(collection.classes) if name in of_imagenet]
    pixels = np.stack([load_pixels(collection.images[row].path, 224) for row in rows])
    whole = networks.create_network(bundled.ARCHITECTURE, classifier=True)
    whole.load_state_dict(bundled.renamed(bundled.read_weights(bundled.weights_path()), whole))
    mean, std = (255 * torch.tensor(value).view(1, 3, 1, 1) for value in (bundled.MEAN, bundled.STD))
    with torch.inference_mode():
        logits = whole((torch.from_numpy(pixels).permute(0, 3, 1, 2) - mean) / std)
    truth = np.array([of_imagenet[collection.classes[row]] for row in rows])
    assert (logits.argmax(dim=1).numpy() == truth).mean() > 0.85


def test_folding_changes_nothing_but_rounding(bundled_directory: Path) -> None:
    encoder = read_encoder(bundled_directory / "encoder.safetensors")
    network = encoder.network()
    images = torch.randn(3, 3, 64, 64)
    fast = folded(network, images[:1])
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in fast.modules())
    with torch.inference_mode():
        torch.testing.assert_close(fast(images), network(images), atol=1e-3, rtol=1e-3)


def test_folding_is_undone_where_the_order_of_modules_misleads() -> None:
    class Crossed(torch.nn.Module):
        """Lists a convolution before a BatchNorm that is applied before it."""

        def __init__(self) -> None:
            super().__init__()
            self.convolution = torch.nn.Conv2d(3, 3, 1)
            self.norm = torch.nn.BatchNorm2d(3)
            torch.nn.init.normal_(self.norm.running_mean)

        def forward(self, images: torch.Tensor) -> torch.Tensor:
            return self.convolution(self.norm(images).relu())

    network, images = Crossed().eval(), torch.randn(2, 3, 8, 8)
    torch.testing.assert_close(folded(network, images)(images), network(images))


def test_without_prepared_weights_they_are_made_once(tmp_path: Path) -> None:
    first = open_encoder(EncoderFile(spec=TINY), tmp_path)
    again = open_encoder(EncoderFile(spec=TINY.model_copy(update={"image_size": 64})), tmp_path)
    assert first == again


def test_a_changed_file_is_refused(tiny_encoder: EncoderFile, tmp_path: Path) -> None:
    copy = tmp_path / "encoder.safetensors"
    copy.write_bytes(Path(str(tiny_encoder.weights)).read_bytes())
    read_encoder(copy, tiny_encoder.sha256)
    with copy.open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x7f")
    with pytest.raises(UnusableInputError, match="has changed"):
        read_encoder(copy, tiny_encoder.sha256)


def test_other_files_are_refused(tmp_path: Path, tiny_encoder: EncoderFile) -> None:
    (tmp_path / "text.safetensors").write_text("no tensors")
    save_file({"a": torch.zeros(2)}, tmp_path / "other.safetensors")
    for name in ("text.safetensors", "other.safetensors", "absent.safetensors"):
        with pytest.raises(UnusableInputError, match="not an encoder"):
            read_encoder(tmp_path / name)


def test_weights_of_another_network_are_refused(tmp_path: Path, tiny_encoder: EncoderFile) -> None:
    path = Path(str(tiny_encoder.weights))
    encoder = read_encoder(path)
    tensors = load_file(path)
    tensors.popitem()
    save_file(tensors, tmp_path / "short.safetensors")
    with pytest.raises(UnusableInputError, match="do not fit"):
        encoder.model_copy(update={"path": tmp_path / "short.safetensors"}).network()


def test_an_unknown_timm_model_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(UnusableInputError, match="no model called resnet_9000") as caught:
        prepare_encoder(TimmEncoder(name="resnet_9000"), tmp_path)
    assert "\n" not in str(caught.value)


def test_weights_that_cannot_be_downloaded_are_explained_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreachable(*arguments: object, **settings: object) -> None:
        raise ConnectionError("no route to the host\nand a long story")

    monkeypatch.setattr("timm.models._hub.hf_hub_download", unreachable)
    with pytest.raises(UnusableInputError, match="cannot be downloaded: no route") as caught:
        prepare_encoder(TimmEncoder(name="test_efficientnet"), tmp_path)
    assert "\n" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []
