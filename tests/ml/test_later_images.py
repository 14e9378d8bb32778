"""A step's model, read back from its files, says of images what the step said of them."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from ml.config import FrozenFinetune, FullFinetune, RoundConfig
from ml.messages import EncoderFile, ImageFile, PredictRequest, StepRequest
from ml.pipeline import run_step
from ml.progress import no_progress
from worker.child import Answer, perform

Make = Callable[[str, int], list[ImageFile]]


@pytest.mark.parametrize("finetune", [FrozenFinetune(), FullFinetune(epochs=1)], ids=["frozen", "full"])
def test_later_images_are_predicted_as_the_step_would_have(
    colour_images: Make, tiny_encoder: EncoderFile, tmp_path: Path, finetune: FrozenFinetune | FullFinetune
) -> None:
    images, broken = colour_images("later", 12), tmp_path / "broken.png"
    broken.write_bytes(b"no image")
    cache, step, later = tmp_path / "cache", tmp_path / "step", tmp_path / "later"
    request = StepRequest(
        config=RoundConfig(finetune=finetune),
        encoder=tiny_encoder,
        pool=images,
        categories=["red", "green", "blue"],
        labels={images[row].id: row for row in range(3)},
        ask=0,
        step=1,
        cache_directory=cache,
        output_directory=step,
    )
    run_step(request, no_progress)
    own = step / "encoder.safetensors"
    encoder = EncoderFile(spec=tiny_encoder.spec, weights=str(own)) if own.exists() else tiny_encoder
    assert own.exists() == isinstance(finetune, FullFinetune)
    asked = PredictRequest(
        encoder=encoder,
        head=step / "model.safetensors",
        description=step / "model.json",
        images=[*images, ImageFile(id="broken", sha256="0" * 64, path=str(broken))],
        cache_directory=cache,
        output_directory=later,
    )
    answer = Answer((tmp_path / "answers").open("w"))
    said = perform("predict", asked.model_dump(mode="json"), answer, None)  # type: ignore[arg-type]
    assert said == {"predicted": 12, "unreadable": 1}
    document = json.loads((later / "images.json").read_text())
    assert document["unreadable"] == ["broken"]
    assert document["categories"] == request.categories
    expected = load_file(step / "step.safetensors")["probabilities"]
    found = load_file(later / "step.safetensors")["probabilities"][:12]
    assert (found.argmax(axis=1) == expected.argmax(axis=1)).all()
    np.testing.assert_allclose(found, expected, atol=1e-4)
