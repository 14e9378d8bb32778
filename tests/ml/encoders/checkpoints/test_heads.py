"""What lies beside the encoder in the checkpoints of others is kept, and finetuning goes on from it."""

import re
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file
from typer.testing import CliRunner

from ml.config import CheckpointEncoder, pretrain_config
from ml.encoders.checkpoints.heads import simclr_head
from ml.encoders.checkpoints.reading import read_tensors
from ml.errors import UnusableInputError
from ml.lab import cli
from ml.lab.encoders import encoder_named, import_file
from ml.lab.pretraining import run
from ml.progress import no_progress
from tests.ml.encoders.checkpoints import files
from tests.ml.encoders.checkpoints.files import State, resnet18, resnet50

Told = dict[str, object]


def finetuned(initial: Path, method: str, directory: Path, **settings: Any) -> tuple[Told, State]:
    """Return what is said of a step of finetuning at no rate to speak of, and what it has left."""
    (directory / "images").mkdir(exist_ok=True)
    paths = [str(directory / "images" / f"{number}.png") for number in range(8)]
    for path in paths:
        Image.effect_noise((40, 40), 90).convert("RGB").save(path)
    changes = {"epochs": 1, "batch_size": 8, "image_size": 32, "learning_rate": 1e-12, "stem": "imagenet"}
    config = pretrain_config.validate_python({"method": method, "mode": "uf"} | changes | settings)
    told = run(
        config,
        source=None,
        target=paths,
        initial=encoder_named(str(initial), None),
        out=directory / "uf",
        cache=directory / "cache",
        progress=no_progress,
    )
    return told, load_file(directory / "uf" / "method.safetensors")


def imported(saved: Any, directory: Path, out: str, *more: str) -> State:
    """Import what is saved, by the command; returns what lies beside the encoder."""
    torch.save(saved, directory / "theirs.pth.tar")
    words = ["encoder", "import", str(directory / "theirs.pth.tar"), "--out", str(directory / out), *more]
    result = CliRunner().invoke(cli.app, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return load_file(directory / f"{Path(out).stem}.method.safetensors")


def assert_of(expected: State, found: State) -> None:
    """Fail unless `found` has the `expected` tensors, among others."""
    for name, tensor in expected.items():
        torch.testing.assert_close(found[name], tensor, msg=name)


def test_moco_goes_on_from_head_key_encoder_and_queue(tmp_path: Path) -> None:
    state = files.reference(resnet18).state_dict()
    saved = files.moco(state)
    theirs = saved["state_dict"]
    kept = imported(saved, tmp_path, "moco.safetensors")
    expected = {
        "query.0.layer4.1.bn2.weight": theirs["module.encoder_q.layer4.1.bn2.weight"],
        "query.1.0.weight": theirs["module.encoder_q.fc.0.weight"],
        "query.1.2.bias": theirs["module.encoder_q.fc.2.bias"],
        "key.0.conv1.weight": theirs["module.encoder_k.conv1.weight"],
        "key.1.2.weight": theirs["module.encoder_k.fc.2.weight"],
    }
    assert_of(expected, kept)
    # The place that the next key goes to, 4, holds the oldest.
    assert torch.equal(kept["queue"][0], theirs["module.queue"][:, 4])
    assert torch.equal(kept["queue"][-1], theirs["module.queue"][:, 3])
    told, after = finetuned(
        tmp_path / "moco.safetensors", "moco_v2", tmp_path, key_momentum=1.0, queue_size=16
    )
    assert told["heads"] == "kept"
    assert_of(expected, after)
    torch.testing.assert_close(after["queue"][:8], kept["queue"][8:])  # a batch of keys has come since
    other, _ = finetuned(tmp_path / "moco.safetensors", "moco_v2", tmp_path, head="linear", seed=1)
    assert (other["heads"], other["heads_why"]) == ("new", "its heads are of another shape")


def test_deepcluster_goes_on_from_its_head(tmp_path: Path) -> None:
    saved = files.deepcluster(files.reference(resnet18).state_dict())
    kept = imported(saved, tmp_path, "deep.safetensors")
    theirs = {name: saved[f"module.projection_head.{name}"] for name in ("0.weight", "1.bias", "3.bias")}
    expected = {f"head.{name}": tensor for name, tensor in theirs.items()}
    assert_of(expected, kept)
    assert not [name for name in kept if "prototypes" in name]
    told, after = finetuned(tmp_path / "deep.safetensors", "deepcluster_v2", tmp_path)
    assert told["heads"] == "kept"
    assert_of(expected, after)


def head_layers() -> list[dict[tuple[int, str], torch.Tensor]]:
    """Return the tensors of each layer of SimCLR v2's head, by whether they are the BatchNorm's, and name."""
    return [{(norm, part): tensor for norm, part, tensor in layer} for layer in files.simclr_head()]


def test_simclr_goes_on_from_its_head_and_may_keep_the_first_layer(tmp_path: Path) -> None:
    torch.save(files.simclr_converted(dict(files.reference(resnet50).state_dict())), tmp_path / "r50.pth")
    path = tmp_path / "simclr.safetensors"
    made = import_file(tmp_path / "r50.pth", None, path, keep_first_layer=True)
    first, _, last = head_layers()
    assert made.arguments == {"projected": True}
    network = made.network()
    with torch.inference_mode():
        pixels = torch.rand(2, 3, 64, 64)
        found, pooled = (
            network(pixels),
            network.forward_head(network.forward_features(pixels), pre_logits=True),
        )
    hidden = (pooled @ first[0, "weight"].T - first[1, "running_mean"]) / (
        first[1, "running_var"] + 1e-5
    ).sqrt()
    expected = (hidden * first[1, "weight"] + first[1, "bias"]).relu()
    torch.testing.assert_close(found, expected, rtol=1e-3, atol=1e-3)
    told, after = finetuned(path, "simclr_v2", tmp_path, backbone="resnet50", warm_up_epochs=0)
    assert "heads_why" not in told, told["heads_why"]
    assert (told["heads"], told["architecture"]) == ("kept", "resnet50_simclr")
    expected_after = {
        "encoder.fc.dense.weight": first[0, "weight"],
        "head.1.0.weight": last[0, "weight"],
        "head.1.1.weight": last[1, "weight"],
    }
    assert_of(expected_after, after)
    spec = encoder_named(str(path), None).spec
    assert isinstance(spec, CheckpointEncoder)
    assert spec.keep_first_layer


def test_the_head_of_an_official_simclr_is_that_of_the_converted(tmp_path: Path) -> None:
    arrays = files.simclr_tensorflow(dict(resnet50().state_dict()))
    heads = {name: array for name, array in arrays.items() if name.startswith("head_")}
    files.write_bundle(heads, tmp_path / "model.ckpt.index")
    official = simclr_head(read_tensors(tmp_path / "model.ckpt.index"))
    converted = simclr_head({f"head.{name}": each for name, each in files.converted_head().items()})
    assert official.keys() == converted.keys()
    for name, tensor in converted.items():
        assert torch.equal(official[name], tensor), name
    first, _, last = head_layers()
    assert torch.equal(official["head.0.dense.weight"], first[0, "weight"])
    assert torch.equal(official["head.2.1.running_mean"], last[1, "running_mean"])


def test_a_file_without_such_a_head_is_told(tmp_path: Path) -> None:
    state = files.reference(resnet18).state_dict()
    torch.save(state, tmp_path / "plain.pth")
    out = tmp_path / "plain.safetensors"
    with pytest.raises(UnusableInputError, match=re.escape("plain.pth has no head of SimCLR v2")):
        import_file(tmp_path / "plain.pth", None, out, keep_first_layer=True)
    import_file(tmp_path / "plain.pth", None, out)
    assert not (tmp_path / "plain.method.safetensors").exists()
    told, _ = finetuned(out, "moco_v2", tmp_path)
    assert told["heads_why"] == "nothing but the weights is kept of this encoder's training"
