"""What others have trained goes on here."""

from pathlib import Path

import torch
from PIL import Image
from safetensors.torch import load_file
from typer.testing import CliRunner

from ml.lab import cli
from tests.ml.encoders.checkpoints import files
from tests.ml.encoders.checkpoints.files import resnet18


def test_unsupervised_finetuning_goes_on_from_a_checkpoint(tmp_path: Path) -> None:
    saved = files.moco(files.reference(resnet18).state_dict())
    torch.save(saved, tmp_path / "moco.pth.tar")
    out = tmp_path / "moco.safetensors"
    words = ["encoder", "import", str(tmp_path / "moco.pth.tar"), "--out", str(out)]
    assert CliRunner().invoke(cli.app, words, catch_exceptions=False).exit_code == 0
    for number in range(16):
        Image.effect_noise((40, 40), 90).save(tmp_path / f"{number}.png")
    words = ["pretrain", "--mode", "uf", "--initial", str(out), "--target", str(tmp_path), "--epochs", "1"]
    words += [
        "--backbone",
        "resnet18",
        "--stem",
        "imagenet",
        "--batch-size",
        "8",
        "--set",
        "learning_rate=1e-9",
    ]
    words += [
        "--set",
        "learning_rate=1e-9",
        "--out",
        str(tmp_path / "uf"),
        "--cache",
        str(tmp_path / "cache"),
    ]
    result = CliRunner().invoke(cli.app, words, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    before, after = load_file(out), load_file(tmp_path / "uf" / "encoder.safetensors")
    torch.testing.assert_close(after["layer4.1.conv2.weight"], before["layer4.1.conv2.weight"])
    head = load_file(tmp_path / "uf" / "method.safetensors")["query.1.2.weight"]
    torch.testing.assert_close(head, saved["state_dict"]["module.encoder_q.fc.2.weight"])
