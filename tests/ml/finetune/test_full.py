"""Finetuning encoder and head together."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from ml.config import FullFinetune, TimmEncoder
from ml.encoders.backbone import Encoder, read_encoder
from ml.finetune.trained_part import training_mode
from ml.messages import EncoderFile, StepResult
from ml.progress import Progress, no_progress
from tests.ml.finetune.conftest import Finetunes

Run = Callable[..., StepResult]


@pytest.fixture
def run(finetunes: Finetunes) -> Run:
    """Return a function that finetunes with the settings given, for six epochs if they do not say."""

    def step(progress: Progress = no_progress, **settings: Any) -> StepResult:
        return finetunes(FullFinetune(**{"epochs": 6, **settings}), progress=progress)

    return step


def test_learns_and_stores_a_loadable_encoder(run: Run, tiny_encoder: EncoderFile, tmp_path: Path) -> None:
    result = run()
    assert result.accuracy is not None
    assert result.accuracy.top1 > 0.8
    assert len(result.proposals) == 3
    finetuned = read_encoder(tmp_path / "out" / "encoder.safetensors")
    before = read_encoder(Path(str(tiny_encoder.weights))).network().state_dict()
    after = finetuned.network().state_dict()
    assert any(not torch.equal(before[name], after[name]) for name in before if name.endswith("weight"))
    statistics = [name for name in before if "running" in name]
    assert statistics
    assert all(torch.equal(before[name], after[name]) for name in statistics)


def test_starts_from_the_same_encoder_and_repeats(run: Run) -> None:
    first, second = run(), run()
    assert first.accuracy == second.accuracy
    assert first.proposals == second.proposals


def test_a_still_encoder_keeps_its_weights(run: Run, tiny_encoder: EncoderFile, tmp_path: Path) -> None:
    run(encoder_learning_rate=0)
    before = read_encoder(Path(str(tiny_encoder.weights))).network().state_dict()
    after = read_encoder(tmp_path / "out" / "encoder.safetensors").network().state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)


@pytest.mark.parametrize("flip", [True, False])
def test_images_are_mirrored_only_where_the_round_says_so(
    run: Run, monkeypatch: pytest.MonkeyPatch, flip: bool
) -> None:
    """Every image is a gradient from left to right: only a mirrored one is brighter on the left."""
    gradient = np.tile(np.arange(0, 240, 6, dtype=np.uint8)[None, :, None], (40, 1, 3))
    monkeypatch.setattr("ml.images.transforms.read_image", lambda *_: Image.fromarray(gradient))
    seen: list[torch.Tensor] = []
    shown = Encoder.normalised
    monkeypatch.setattr(Encoder, "normalised", lambda *given: seen.append(given[1]) or shown(*given))
    run(flip=flip, epochs=2)
    batches = [batch for batch in seen if len(batch) == 6]
    mirrored = [
        float(view[0, :, 0].float().mean() - view[0, :, -1].float().mean()) > 0 for b in batches for view in b
    ]
    assert any(mirrored) == flip


def test_can_be_stopped_from_its_progress(run: Run) -> None:
    class StoppedError(Exception):
        pass

    def stop(fraction: float, phase: str, message: str) -> None:
        if message.startswith("epoch 2"):
            raise StoppedError

    with pytest.raises(StoppedError):
        run(progress=stop)


def test_head_rate_of_the_paper_stays_finite(run: Run) -> None:
    result = run(head_learning_rate=3.0)
    confidences = [confidence for _, confidence in result.proposals[0].suggestions]
    assert np.isfinite(confidences).all()


def test_dropout_trains_but_batch_statistics_do_not() -> None:
    network = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 1), torch.nn.BatchNorm2d(4), torch.nn.Dropout())
    training_mode(network)
    assert [module.training for module in network] == [True, False, True]


def test_a_network_without_batch_norm_learns_as_well(finetunes: Finetunes, tmp_path: Path) -> None:
    spec = TimmEncoder(name="resnet_small_gn_ws_small_image", pretrained=False, image_size=32)
    finetune = FullFinetune(epochs=6, encoder_learning_rate=0.01, head_learning_rate=0.1, batch_norm="train")
    result = finetunes(finetune, encoder=EncoderFile(spec=spec))
    assert result.accuracy is not None
    assert result.accuracy.top1 > 0.6
    assert read_encoder(tmp_path / "out" / "encoder.safetensors").architecture == spec.name
