"""`eigenlab pretrain` and `knn`: from folders to an encoder that the other commands take."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from ml.errors import UnusableInputError
from ml.lab import cli
from ml.lab.encoders import encoder_named
from ml.messages import ImageFile

Run = Callable[..., Result]
TINY = (
    "--backbone",
    "resnet_small",
    "--image-size",
    "16",
    "--batch-size",
    "8",
    "--epochs",
    "2",
    "--share",
    "1",
)


@pytest.fixture
def folder(colour_images: Callable[[str, int], list[ImageFile]], tmp_path: Path) -> Path:
    """Return a folder of three classes with eight images each."""
    for row, image in enumerate(colour_images("pretraining", 24)):
        own = tmp_path / "images" / "rgb"[row % 3]
        own.mkdir(parents=True, exist_ok=True)
        shutil.copy(image.path, own)
    return tmp_path / "images"


@pytest.fixture
def run(folder: Path, tmp_path: Path) -> Run:
    """Return a function that runs `eigenlab` with a cache of its own."""

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(cli.app, [*words, "--cache", str(tmp_path / "cache")])

    return invoke


def pretrain(run: Run, folder: Path, out: Path, *words: str) -> Result:
    """Run a pretraining whose source and target are the folder."""
    return run("pretrain", "--source", str(folder), "--target", str(folder), "--out", str(out), *TINY, *words)


def test_a_pretrained_encoder_serves_the_other_commands(run: Run, folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    told = pretrain(run, folder, out, "--set", "learning_rate=0.1", "--set", "augmentation.flip=0")
    assert told.exit_code == 0, told.output
    assert "12 steps" in told.stdout
    assert sorted(path.name for path in out.iterdir()) == [
        "curve.jsonl",
        "encoder.safetensors",
        "method.safetensors",
    ]
    encoder = encoder_named(str(out / "encoder.safetensors"), None)
    config = encoder.spec.config  # type: ignore[union-attr]
    assert (config.learning_rate, config.augmentation.flip, config.target_share) == (0.1, 0, 1)
    last = json.loads((out / "curve.jsonl").read_text().splitlines()[-1])
    assert last["step"] == last["steps"] == 12
    figures = f"kNN accuracy {last['knn_accuracy']:.3f}, BCubed F {last['bcubed']:.3f}"
    assert f"{figures} on 24 images of 3 classes of the target; measuring took " in told.stdout
    places = ("--pool", str(folder), "--test", str(folder), "--encoder", str(out / "encoder.safetensors"))
    voted = run("knn", *places, "--neighbours", "1")
    assert voted.stdout == "100.0 % of the test images by 1 neighbours\n"  # each image is its own neighbour
    simulated = run("simulate", *places, "--schedule", "1", "--seeds", "0", "--out", str(tmp_path / "r.json"))
    assert simulated.exit_code == 0, simulated.output
    experiment = json.loads((tmp_path / "r.json").read_text())["experiment"]
    assert experiment["weights_sha256"] == encoder.sha256


def test_a_stopped_run_goes_on_when_it_is_called_again(
    run: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    words = ("--set", "checkpoint_steps=5")
    assert pretrain(run, folder, whole, *words).exit_code == 0
    with monkeypatch.context() as patched:
        patched.setattr("ml.pretraining.pretrain.write_encoder", lambda *_words: 1 / 0)
        assert pretrain(run, folder, stopped, *words).exit_code != 0
    assert [path.name for path in stopped.glob("checkpoint-*")] != []
    assert pretrain(run, folder, stopped, *words).exit_code == 0
    assert (stopped / "encoder.safetensors").read_bytes() == (whole / "encoder.safetensors").read_bytes()
    assert list(stopped.glob("checkpoint-*")) == []


def test_finetuning_without_labels_takes_an_encoder(run: Run, folder: Path, tmp_path: Path) -> None:
    assert pretrain(run, folder, tmp_path / "first").exit_code == 0
    initial = str(tmp_path / "first" / "encoder.safetensors")
    told = pretrain(run, folder, tmp_path / "second", "--mode", "uf", "--initial", initial)
    assert told.exit_code == 0, told.output
    assert "6 steps" in told.stdout
    assert "heads kept" in told.stdout
    (tmp_path / "first" / "method.safetensors").unlink()
    told = pretrain(run, folder, tmp_path / "third", "--mode", "uf", "--initial", initial)
    assert "heads new: nothing but the weights is kept" in told.stdout


def test_a_preset_fills_in_what_is_not_said(run: Run, folder: Path, tmp_path: Path) -> None:
    words = ("--preset", "cifar", "--set", "batch_norm_splits=2", "--set", "queue_size=32")
    told = pretrain(run, folder, tmp_path / "out", *words)
    assert told.exit_code == 0, told.output
    config = encoder_named(str(tmp_path / "out" / "encoder.safetensors"), None).spec.config  # type: ignore[union-attr]
    assert (config.head, config.temperature, config.key_momentum) == ("linear", 0.1, 0.99)
    assert (config.backbone, config.batch_size) == ("resnet_small", 8), "options count more"


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--mode", "uf"), "uf needs --initial"),
        (("--preset", "svhn"), "--preset is one of imagenet, cifar, not svhn"),
        (("--preset", "cifar", "--method", "simclr_v2"), "simclr_v2 has no presets"),
        (
            ("--method", "byol"),
            "--method is one of moco_v2, simclr_v2, deepcluster_v2, supervised, not byol",
        ),
        (("--set", "epochs"), "--set takes name=value"),
        (("--source", "/nowhere"), "/nowhere is not a folder"),
    ],
)
def test_what_cannot_be_is_said(
    run: Run, folder: Path, tmp_path: Path, words: tuple[str, ...], reason: str
) -> None:
    told = pretrain(run, folder, tmp_path / "out", *words)
    assert isinstance(told.exception, UnusableInputError)
    assert reason in str(told.exception)


def test_a_file_that_is_no_encoder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.safetensors").write_bytes(b"other")
    with pytest.raises(UnusableInputError, match=r"other\.safetensors is not an encoder"):
        encoder_named(str(tmp_path / "other.safetensors"), None)
