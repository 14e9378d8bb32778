"""Encoders: the bundled weights, storage as safetensors, and what is refused."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from ml.config import BundledEncoder, EncoderSpec, TimmEncoder
from ml.encoders import bundled, networks
from ml.encoders.backbone import Encoder, open_encoder, read_encoder
from ml.encoders.embed import choose_image_size
from ml.encoders.folding import folded
from ml.errors import UnusableInputError
from ml.images.transforms import Framing, load_pixels
from ml.lab.collections import read_collection
from ml.messages import EncoderFile
from ml.step.pipeline import prepare_encoder
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
    whole = networks.create_network(bundled.ARCHITECTURE, num_classes=bundled.CLASSES)
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
    made = first.path.stat().st_ino  # its time is that of its last use
    again = open_encoder(EncoderFile(spec=TINY), tmp_path)
    assert (first, made) == (again, again.path.stat().st_ino)


def test_an_encoder_that_was_made_for_one_image_size_is_made_again_for_another(tmp_path: Path) -> None:
    spec = TimmEncoder(name="test_vit_relpos", pretrained=False)
    assert open_encoder(EncoderFile(spec=spec), tmp_path).native_image_size == 160
    with pytest.raises(UnusableInputError, match="takes images of 160 x 160 pixels only"):
        open_encoder(EncoderFile(spec=spec.model_copy(update={"image_size": 64})), tmp_path)


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


def features_of(encoder: Encoder, size: int) -> torch.Tensor:
    """Return what the network of `encoder` makes of one image of noise."""
    network = encoder.network()
    torch.manual_seed(1)
    with torch.inference_mode():
        features: torch.Tensor = network(torch.randn(1, 3, size, size))
    return features


def test_a_stated_size_is_used_where_the_network_can_be_made_to_take_it(tmp_path: Path) -> None:
    """timm says that this one is fixed to 160 pixels, as it says of DINOv2 and 518."""
    spec = TimmEncoder(name="test_vit", pretrained=False, image_size=64)
    assert prepare_encoder(spec, tmp_path)["image_size"] == 64
    encoder = read_encoder(tmp_path / "encoder.safetensors")
    assert choose_image_size(encoder, 64, []) == 64
    assert choose_image_size(encoder, None, []) == 160
    assert features_of(encoder, 64).shape == (1, encoder.feature_dim)
    plain = networks.create_network("test_vit")
    plain.load_state_dict(load_file(encoder.path))
    torch.manual_seed(1)
    with torch.inference_mode():
        expected = plain(torch.randn(1, 3, 160, 160))
    torch.testing.assert_close(features_of(encoder, 160), expected)


def test_a_stated_size_that_the_network_cannot_take_is_refused(tmp_path: Path) -> None:
    spec = TimmEncoder(name="test_vit_relpos", pretrained=False, image_size=64)
    with pytest.raises(UnusableInputError, match="160 x 160 pixels only, not 64"):
        prepare_encoder(spec, tmp_path / "one")
    file = EncoderFile(spec=TimmEncoder(name="test_vit_relpos", pretrained=False, image_size=160))
    encoder = open_encoder(file, tmp_path)
    assert choose_image_size(encoder, 160, []) == choose_image_size(encoder, None, []) == 160
    with pytest.raises(UnusableInputError, match="160 x 160 pixels only, not 64"):
        choose_image_size(encoder, 64, [])
    with pytest.raises(UnusableInputError, match="no images of 100 x 100 pixels"):
        prepare_encoder(TimmEncoder(name="test_vit", pretrained=False, image_size=100), tmp_path / "two")


def test_an_encoder_of_an_earlier_release_keeps_the_size_its_rounds_have_seen(tmp_path: Path) -> None:
    prepare_encoder(TimmEncoder(name="test_vit", pretrained=False), tmp_path)
    encoder = read_encoder(tmp_path / "encoder.safetensors")
    before = encoder.model_copy(update={"arguments": None, "fixed_image_size": 160})
    assert choose_image_size(before, 64, []) == 160


def test_features_can_be_those_of_the_class_token(tmp_path: Path) -> None:
    """The architecture of DINOv3, where timm takes the mean of the patches and its authors this token."""
    for pooling in (None, "token"):
        spec = TimmEncoder(name="vit_small_patch16_dinov3", pretrained=False, image_size=32, pooling=pooling)
        prepare_encoder(spec, tmp_path / str(pooling))
    mean, token = (read_encoder(tmp_path / name / "encoder.safetensors") for name in ("None", "token"))
    network = mean.network()
    torch.manual_seed(1)
    with torch.inference_mode():
        tokens = network.forward_features(torch.randn(1, 3, 32, 32))  # type: ignore[operator]
    torch.testing.assert_close(features_of(token, 32), tokens[:, 0])
    torch.testing.assert_close(features_of(mean, 32), tokens[:, network.num_prefix_tokens :].mean(dim=1))


@pytest.mark.parametrize(("name", "pooling"), [("test_resnet", "token"), ("test_vit3", "token")])
def test_pooling_that_a_network_does_not_have_is_refused(tmp_path: Path, name: str, pooling: str) -> None:
    spec = TimmEncoder.model_validate({"name": name, "pretrained": False, "pooling": pooling})
    with pytest.raises(UnusableInputError, match=f"{name}.*(cannot be built|no weights)") as caught:
        prepare_encoder(spec, tmp_path)
    assert "\n" not in str(caught.value)


def test_a_network_of_timm_sees_images_as_it_was_trained_to(tmp_path: Path) -> None:
    """Its settings say bicubic and 95 % of the shorter side; another squashes; the bundled one sees all."""
    prepare_encoder(TimmEncoder(name="test_vit", pretrained=False), tmp_path)
    encoder = read_encoder(tmp_path / "encoder.safetensors")
    assert encoder.framing == Framing(interpolation="bicubic", kept=0.95)
    assert "floor(image_size / 0.95) (bicubic)" in encoder.framing.described()
    squashing = networks.framing_of({"interpolation": "bilinear", "crop_mode": "squash", "crop_pct": 1.0})
    assert squashing == Framing(interpolation="bilinear", squashed=True).model_dump()


def test_the_bundled_encoder_sees_the_whole_shorter_side(bundled_directory: Path) -> None:
    assert read_encoder(bundled_directory / "encoder.safetensors").framing == Framing()
