"""Checkpoints of others: files of their real layout become encoders with the same weights and features."""

import os
import pickle
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from typer.testing import CliRunner

from ml.config import CheckpointEncoder
from ml.encoders.backbone import Encoder, materialise
from ml.encoders.checkpoints.tensor_bundle import read_bundle
from ml.errors import UnusableInputError
from ml.images.transforms import Framing
from ml.lab import cli
from ml.lab.encoders import encoder_named
from tests.ml.encoders.checkpoints import files, references
from tests.ml.encoders.checkpoints.files import resnet18, resnet50

IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
PHOTO = Framing(interpolation="bilinear", kept=0.875)
Import = Callable[..., Encoder]


@pytest.fixture(scope="module")
def state() -> files.State:
    """Return the state of a ResNet-50, without its classifier."""
    return dict(files.reference().state_dict())


@pytest.fixture
def imported(tmp_path: Path) -> Import:
    """Return a function that makes an encoder of what is saved as `name`."""

    def read(name: str, **fields: Any) -> Encoder:
        spec = CheckpointEncoder(file=name, image_size=64, **fields)
        return materialise(spec, tmp_path / "encoder.safetensors", tmp_path)

    return read


def pixels() -> torch.Tensor:
    return torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 255


def features(encoder: Encoder) -> torch.Tensor:
    """Return what the encoder makes of the pixels, its normalisation included."""
    with torch.inference_mode():
        made: torch.Tensor = encoder.network()(encoder.normalised(pixels()))
    return made


def normalised(mean: tuple[float, ...], std: tuple[float, ...]) -> torch.Tensor:
    shape = (1, 3, 1, 1)
    return (pixels() / 255 - torch.tensor(mean).view(shape)) / torch.tensor(std).view(shape)


def same_weights(encoder: Encoder, state: files.State) -> None:
    """Assert that every tensor is that of `state`, bit for bit; counters of batches are not part of it."""
    own = encoder.network().state_dict()
    assert own.keys() == state.keys()
    for name, tensor in own.items():
        assert name.endswith("num_batches_tracked") or torch.equal(tensor, state[name]), name


def save_without_counters(state: files.State) -> files.State:
    """Return a state as torch wrote it before it counted batches."""
    return {name: tensor for name, tensor in state.items() if not name.endswith("num_batches_tracked")}


def with_classifier(state: files.State) -> files.State:
    return state | {"fc.weight": torch.rand(5, 5), "fc.bias": torch.rand(5)}


def in_a_training_state(state: files.State) -> dict[str, Any]:
    return {"state_dict": {f"module.{name}": tensor for name, tensor in state.items()}, "epoch": 1}


def of_moco_v1(state: files.State) -> dict[str, Any]:
    return files.moco(state, head="v1")


CASES: list[tuple[str, Any, Any]] = [
    ("moco", files.moco, resnet50),
    ("moco", of_moco_v1, resnet18),
    ("deepcluster_v2", files.deepcluster, resnet18),
    ("torchvision", with_classifier, resnet18),
    ("torchvision", save_without_counters, resnet18),
    ("torchvision", in_a_training_state, resnet18),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1].__name__}")
def test_a_resnet_of_torchvisions_kind(case: tuple[str, Any, Any], tmp_path: Path, imported: Import) -> None:
    layout, saved, make = case
    network = files.reference(make)
    torch.save(saved(network.state_dict()), tmp_path / "weights.pth.tar")
    encoder = imported("weights.pth.tar")
    same_weights(encoder, network.state_dict())
    assert (encoder.architecture, encoder.feature_dim) == (make.__name__, 2048 if make is resnet50 else 512)
    assert (encoder.mean, encoder.std, encoder.framing) == (*IMAGENET, PHOTO)
    origin = encoder.checkpoint
    assert origin is not None
    assert (origin.file, origin.layout) == ("weights.pth.tar", layout)
    with torch.inference_mode():
        torch.testing.assert_close(features(encoder), network(normalised(*IMAGENET)), rtol=1e-3, atol=1e-3)


@pytest.mark.parametrize("official", [False, True])
def test_simclr(official: bool, state: files.State, tmp_path: Path, imported: Import) -> None:
    name = "model.ckpt-250228.index" if official else "r50_1x_sk0.pth"
    if official:
        files.write_bundle(files.simclr_tensorflow(state), tmp_path / name)
    else:
        torch.save(files.simclr_converted(state), tmp_path / name)
    encoder = imported(name)
    same_weights(encoder, state)
    assert (encoder.mean, encoder.std) == ((0, 0, 0), (1, 1, 1))
    assert encoder.framing == Framing(interpolation="bicubic", kept=0.875)
    network = files.reference()
    with torch.inference_mode():
        padded_evenly = network(pixels() / 255)
        expected = references.simclr(network, pixels() / 255)
    torch.testing.assert_close(features(encoder), expected, rtol=1e-3, atol=1e-3)
    assert (padded_evenly - expected).abs().mean() > 0.1


def test_bit(tmp_path: Path, imported: Import) -> None:
    arrays = files.bit()
    np.savez(tmp_path / "BiT-S-R50x1.npz", **arrays)
    encoder = imported("BiT-S-R50x1.npz")
    own = encoder.network().state_dict()
    kernel = own["stages.2.blocks.5.conv2.weight"].permute(2, 3, 1, 0).numpy()
    np.testing.assert_array_equal(kernel, arrays["resnet/block3/unit06/b/standardized_conv2d/kernel"])
    np.testing.assert_array_equal(own["norm.bias"], arrays["resnet/group_norm/beta"])
    stored = sorted(
        float(array.astype(np.float64).sum()) for name, array in arrays.items() if "head" not in name
    )
    np.testing.assert_allclose(
        sorted(float(tensor.double().sum()) for tensor in own.values()), stored, rtol=1e-9
    )
    assert (encoder.mean, encoder.std, encoder.feature_dim) == ((0.5,) * 3, (0.5,) * 3, 2048)
    assert encoder.framing == Framing(interpolation="bilinear", squashed=True)
    with torch.inference_mode():
        expected = references.Bit(arrays)(normalised((0.5,) * 3, (0.5,) * 3))
    torch.testing.assert_close(features(encoder), expected, rtol=1e-3, atol=1e-3)


def test_a_real_checkpoint_of_tensorflows_is_read() -> None:
    """The file was written by TensorFlow 2.21's Saver (`tf.compat.v1.train.Saver`)."""
    found = read_bundle(files.TENSORFLOW, lambda name: not name.endswith("/Momentum"))
    np.testing.assert_array_equal(found["base_model/conv2d/kernel"], np.arange(24.0).reshape(1, 2, 3, 4))
    np.testing.assert_array_equal(found["base_model/conv2d_1/kernel"], -np.arange(6.0).reshape(1, 1, 2, 3))
    np.testing.assert_array_equal(found["base_model/batch_normalization/gamma"], [0.5, 2, -1])
    assert (found["half"], found["global_step"], found["empty"].shape) == (1.5, 250228, (0, 3))
    assert sorted(found) == sorted({*found} - {"base_model/conv2d/kernel/Momentum"})
    assert len(found) == 7


def test_the_command_writes_an_encoder_that_others_take(
    state: files.State, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.save(files.moco(state), tmp_path / "moco.pth.tar")
    out = tmp_path / "made" / "moco.safetensors"
    words = ["encoder", "import", str(tmp_path / "moco.pth.tar"), "--out", str(out)]
    result = CliRunner().invoke(cli.app, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert "moco: resnet50, 23,508,032 parameters, 2,048 features" in result.output
    file = encoder_named(str(out), 96)
    assert isinstance(file.spec, CheckpointEncoder)
    assert (file.spec.file, file.spec.layout, file.spec.image_size) == ("moco.pth.tar", "moco", 96)
    assert (file.spec.sha256 or "") in result.output


class Bomb:
    """Runs a command when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, (f"touch {self.path}",)


def bomb(path: Path, trace: Path) -> None:
    """Write a file that would run something, in the format that its name promises."""
    if path.suffix == ".npz":
        np.savez(
            path, **{"resnet/root_block/standardized_conv2d/kernel": np.array([Bomb(trace)], dtype=object)}
        )
    elif path.suffix == ".pth":
        torch.save({"conv1.weight": torch.rand(2), "else": Bomb(trace)}, path)
    else:
        path.write_bytes(pickle.dumps(Bomb(trace)))


@pytest.mark.parametrize("name", ["weights.pth", "weights.npz", "weights.bin", "weights.pkl"])
def test_code_in_a_file_is_refused_and_not_run(name: str, tmp_path: Path, imported: Import) -> None:
    bomb(tmp_path / name, tmp_path / "executed")
    with pytest.raises(UnusableInputError, match=f"{name} (holds objects|is damaged)"):
        imported(name)
    assert not (tmp_path / "executed").exists()
    assert not (tmp_path / "encoder.safetensors").exists()


def changed(state: files.State, what: str) -> Any:
    """Return what is saved where something is wrong with a ResNet."""
    return {
        "missing": {name: tensor for name, tensor in state.items() if name != "layer1.0.conv1.weight"},
        "extra": state | {"layer1.0.se.weight": torch.rand(1)},
        "shape": state | {"layer1.0.bn1.bias": torch.rand(128)},
        "other": {"cls_token": torch.rand(1), "blocks.0.attn.qkv.weight": torch.rand(1)},
        "blocks": state | {"layer3.6.conv1.weight": torch.rand(1)},
        "list": ["no", "weights"],
    }[what]


@pytest.mark.parametrize(
    ("what", "told"),
    [
        ("missing", "w.pth does not hold the weights of resnet50: it lacks layer1.0.conv1.weight"),
        ("extra", "it has beside them layer1.0.se.weight"),
        ("shape", "it has in another shape layer1.0.bn1.bias"),
        ("other", "its keys begin with cls_token, blocks.0.attn.qkv.weight"),
        ("blocks", "w.pth: this is no ResNet that is known: its stages have (3, 4, 7, 3) bottleneck blocks"),
        ("list", "w.pth holds no weights by name"),
    ],
)
def test_what_does_not_fit_is_named(
    what: str, told: str, state: files.State, tmp_path: Path, imported: Import
) -> None:
    torch.save(changed(state, what), tmp_path / "w.pth")
    with pytest.raises(UnusableInputError, match=re.escape(told)):
        imported("w.pth")


def test_a_named_layout_has_to_be_that_of_the_file(
    state: files.State, tmp_path: Path, imported: Import
) -> None:
    torch.save(files.deepcluster(state), tmp_path / "deep.pth")
    with pytest.raises(UnusableInputError, match="has not the layout of MoCo: its keys begin with module"):
        imported("deep.pth", layout="moco")
    with pytest.raises(UnusableInputError, match="not the file that is meant: its sha256 is "):
        imported("deep.pth", sha256="0" * 64)
    with pytest.raises(UnusableInputError, match=r"other\.pth is not there"):
        imported("other.pth")


@pytest.mark.parametrize("name", ["w.pth", "w.npz", "w.ckpt.index", "w.safetensors"])
def test_a_truncated_file_is_refused(name: str, tmp_path: Path, imported: Import) -> None:
    small = {"resnet/root_block/x": np.arange(4000, dtype=np.float32)}
    if name.endswith(".index"):
        files.write_bundle(small, tmp_path / name)
    elif name.endswith(".npz"):
        np.savez(tmp_path / name, **small)
    else:
        torch.save({"conv1.weight": torch.rand(4000)}, tmp_path / name)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: len(content) // 2])
    with pytest.raises(UnusableInputError, match=f"{name} is (damaged|not a safetensors file)"):
        imported(name)


def test_shards_of_tensorflow_have_to_be_whole(tmp_path: Path, imported: Import) -> None:
    few = {
        "base_model/conv2d/kernel": np.ones((1, 1, 2, 2)),
        "base_model/conv2d_1/kernel": np.ones((1, 1, 2, 2)),
    }
    files.write_bundle(few, tmp_path / "model.ckpt.index")
    with pytest.raises(UnusableInputError, match="53 convolutions and as many norms, this has 2 and 0"):
        imported("model.ckpt")
    shard = tmp_path / "model.ckpt.data-00001-of-00002"
    shard.write_bytes(shard.read_bytes()[:3])
    with pytest.raises(
        UnusableInputError, match=r"data-00001-of-00002 is truncated: it ends within base_model/"
    ):
        imported("model.ckpt")
    shard.unlink()
    with pytest.raises(UnusableInputError, match="has to lie beside"):
        imported("model.ckpt")


@pytest.mark.parametrize("file", ["../weights.pth", "/etc/passwd", "a/../../b.pth", ".hidden", "a//b", ""])
def test_a_file_lies_within_the_folder(file: str) -> None:
    with pytest.raises(ValueError, match="file"):
        CheckpointEncoder(file=file)
