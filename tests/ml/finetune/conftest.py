"""A round's step that trains the encoder."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ml.config import FullFinetune, RoundConfig
from ml.config.finetune import Finetune
from ml.messages import EncoderFile, ImageFile, StepRequest, StepResult
from ml.progress import Progress, no_progress
from ml.step.pipeline import run_step

Finetunes = Callable[..., StepResult]


@pytest.fixture
def finetunes(
    colour_images: Callable[[str, int], list[ImageFile]], tiny_encoder: EncoderFile, tmp_path: Path
) -> Finetunes:
    """Return a function that finetunes on six labels as it is told, and asks for three more."""

    def step(
        finetune: Finetune | None = None,
        *,
        encoder: EncoderFile = tiny_encoder,
        labels: int = 6,
        seed: int = 0,
        excluded: list[str] | None = None,
        progress: Progress = no_progress,
    ) -> StepResult:
        pool, test = colour_images("pool", 60), colour_images("test", 15)
        request = StepRequest(
            config=RoundConfig(finetune=finetune or FullFinetune(epochs=6), seed=seed),
            encoder=encoder,
            pool=pool,
            test=test,
            test_truth=[row % 3 for row in range(15)],
            categories=["red", "green", "blue", "never seen"],
            labels={pool[row].id: row % 3 for row in range(labels)},
            excluded=excluded or [],
            ask=3,
            step=1,
            cache_directory=tmp_path / "cache",
            output_directory=tmp_path / "out",
        )
        return run_step(request, progress)

    return step
