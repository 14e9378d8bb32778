"""FixMatch as the finetune of a round."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ml.config import FixMatchFinetune, RoundConfig
from ml.encoders.backbone import read_encoder
from ml.finetune.fixmatch.average import averaged
from ml.finetune.fixmatch.draws import Draws
from ml.finetune.fixmatch.pool_pixels import PoolPixels
from ml.images.transforms import WHOLE, load_pixels
from ml.messages import EncoderFile, ImageFile, StepRequest
from ml.progress import no_progress
from ml.step.pipeline import run_step
from tests.ml.finetune.conftest import Finetunes

FEW = FixMatchFinetune(steps=4, batch_size=4, unlabelled_ratio=2, encoder_learning_rate=1e-4)
COLOURS = [(200, 90, 90), (90, 170, 100), (90, 100, 200)]


def picture(directory: Path, row: int) -> ImageFile:
    """Return an image of colour `row` modulo 3, of which every image has its own light and tint."""
    generator = np.random.default_rng(row)
    colour = np.array(COLOURS[row % 3]) * generator.uniform(0.45, 1.25) + generator.normal(0, 28, 3)
    pixels = np.clip(colour + generator.normal(0, 20, (32, 32, 3)), 0, 255).astype(np.uint8)
    path = directory / f"{row}.png"
    Image.fromarray(pixels).save(path)
    return ImageFile(id=str(row), sha256=hashlib.sha256(path.read_bytes()).hexdigest(), path=str(path))


def test_unlabelled_images_make_it_better_than_labels_alone(
    tiny_encoder: EncoderFile, tmp_path: Path
) -> None:
    """One label a colour. Both train by the same loop for as long, one without the unlabelled loss."""
    images = [picture(tmp_path, row) for row in range(210)]

    def accuracy(seed: int, weight: float) -> float:
        labelled = range(3 * seed, 3 * seed + 3)
        request = StepRequest(
            config=RoundConfig(
                seed=seed,
                finetune=FixMatchFinetune(
                    steps=30,
                    batch_size=6,
                    unlabelled_ratio=4,
                    unlabelled_weight=weight,
                    head_learning_rate=0.3,
                    encoder_learning_rate=1e-4,
                    average=0.9,
                ),
            ),
            encoder=tiny_encoder,
            pool=images[:120],
            test=images[120:],
            test_truth=[row % 3 for row in range(120, 210)],
            categories=["red", "green", "blue"],
            labels={str(row): row % 3 for row in labelled},
            ask=0,
            step=1,
            cache_directory=tmp_path / "cache",
            output_directory=tmp_path / "out",
        )
        found = run_step(request, no_progress).accuracy
        assert found is not None
        return found.top1

    gains = [accuracy(seed, 1.0) - accuracy(seed, 0.0) for seed in (0, 2)]
    assert np.mean(gains) > 0.03


@pytest.mark.parametrize("thresholds", ["free", "soft", "fixed"])
def test_rounds_repeat_with_their_seed(finetunes: Finetunes, thresholds: str) -> None:
    settings = FEW.model_copy(update={"thresholds": thresholds})
    first, again, other = (finetunes(settings, seed=seed) for seed in (1, 1, 2))
    assert first.proposals == again.proposals
    assert first.proposals[0].suggestions != other.proposals[0].suggestions


def test_a_finetuned_encoder_is_kept(finetunes: Finetunes, tiny_encoder: EncoderFile, tmp_path: Path) -> None:
    finetunes(FEW)
    after = read_encoder(tmp_path / "out" / "encoder.safetensors").network().state_dict()
    before = read_encoder(Path(str(tiny_encoder.weights))).network().state_dict()
    changed = {name for name in before if not torch.equal(before[name], after[name])}
    assert changed
    assert not any("running" in name for name in changed)


def test_can_be_stopped_from_its_progress(finetunes: Finetunes) -> None:
    class StoppedError(Exception):
        pass

    told: list[str] = []

    def stop(fraction: float, phase: str, message: str) -> None:
        told.append(message)
        if message.startswith("step 3 of 4"):
            raise StoppedError

    with pytest.raises(StoppedError):
        finetunes(FEW, progress=stop)
    assert told[-1].endswith("of the unlabelled images count")


def test_excluded_images_are_not_learnt_from(finetunes: Finetunes, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []

    class Watched(PoolPixels):
        def __init__(self, images: list[ImageFile], *others: object) -> None:
            shown.extend(image.id for image in images)
            super().__init__(images, *others)  # type: ignore[arg-type]

    monkeypatch.setattr("ml.finetune.fixmatch.batches.PoolPixels", Watched)
    finetunes(FEW, excluded=["pool7", "pool0"])
    assert len(shown) == 59  # the label of an excluded image is one to learn from
    assert "pool7" not in shown


@pytest.mark.parametrize(
    "settings",
    [{"train": "last_stage"}, {"batch_norm": "train"}, {"average": 0}, {"balance": "sampling"}],
    ids=str,
)
def test_trains_with_other_settings(finetunes: Finetunes, settings: dict[str, object]) -> None:
    result = finetunes(FixMatchFinetune.model_validate(FEW.model_dump() | settings))
    assert result.accuracy is not None


def test_images_are_drawn_as_often_as_others_and_never_as_one_expanded_batch() -> None:
    draws = Draws(np.arange(3), np.random.default_rng(0))
    batches = [draws.take(6) for _ in range(4)]
    assert np.bincount(np.concatenate(batches)).tolist() == [8, 8, 8]
    assert len({tuple(batch) for batch in batches}) > 1


def test_images_beyond_the_budget_are_decoded_when_asked_for(tmp_path: Path) -> None:
    images = [picture(tmp_path, row) for row in range(5)]
    pixels = PoolPixels(images, 16, WHOLE, budget=2 * 3 * 16 * 16)
    pixels.decode(no_progress)
    rows = np.array([4, 0, 3, 4])
    expected = np.stack([load_pixels(images[row].path, 16) for row in rows])
    assert len(pixels.kept) == 2
    assert np.array_equal(pixels.read(rows).permute(0, 2, 3, 1).numpy(), expected)


def test_the_average_forgets_faster_at_first() -> None:
    layer = torch.nn.Linear(1, 1, bias=False)
    average = averaged(layer, 0.999)
    values = [1.0, 2.0, 3.0]
    for value in values:
        torch.nn.init.constant_(layer.weight, value)
        average.update_parameters(layer)
    second = 1 + (2 - 1) * (1 - 2 / 11)
    assert float(average.module.weight.detach()) == pytest.approx(second + (3 - second) * (1 - 3 / 12))
