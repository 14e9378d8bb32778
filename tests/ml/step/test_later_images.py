"""A step's model, read back from its files, says of images what the step said of them."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from ml.config import FrozenFinetune, FullFinetune, RoundConfig
from ml.errors import UnusableInputError
from ml.images.files.rule import PREPROCESSING_VERSION
from ml.messages import EncoderFile, ImageFile, PredictRequest, StepRequest
from ml.progress import no_progress
from ml.step import later_images
from ml.step.pipeline import run_step
from worker.child.program import Answer, perform

Make = Callable[[str, int], list[ImageFile]]


def trained(
    images: list[ImageFile], encoder: EncoderFile, directory: Path, config: RoundConfig
) -> StepRequest:
    """Train a model on `images`, its files in `step` below `directory`, and return what was asked."""
    request = StepRequest(
        config=config,
        encoder=encoder,
        pool=images,
        categories=["red", "green", "blue"],
        labels={images[row].id: row for row in range(3)},
        ask=0,
        step=1,
        cache_directory=directory / "cache",
        output_directory=directory / "step",
    )
    run_step(request, no_progress)
    return request


@pytest.mark.parametrize("finetune", [FrozenFinetune(), FullFinetune(epochs=1)], ids=["frozen", "full"])
def test_later_images_are_predicted_as_the_step_would_have(
    colour_images: Make, tiny_encoder: EncoderFile, tmp_path: Path, finetune: FrozenFinetune | FullFinetune
) -> None:
    images, broken = colour_images("later", 12), tmp_path / "broken.png"
    broken.write_bytes(b"no image")
    cache, step, later = tmp_path / "cache", tmp_path / "step", tmp_path / "later"
    request = trained(images, tiny_encoder, tmp_path, RoundConfig(finetune=finetune))
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
    assert said == {"predicted": 12, "unreadable": 1, "skipped": None}
    document = json.loads((later / "images.json").read_text())
    assert document["unreadable"] == ["broken"]
    assert document["categories"] == request.categories
    expected = load_file(step / "step.safetensors")["probabilities"]
    found = load_file(later / "step.safetensors")["probabilities"][:12]
    assert (found.argmax(axis=1) == expected.argmax(axis=1)).all()
    np.testing.assert_allclose(found, expected, atol=1e-4)


@pytest.mark.parametrize("version", [None, "2"], ids=["not written", "earlier"])
def test_a_model_of_an_earlier_rule_predicts_nothing(
    colour_images: Make, tiny_encoder: EncoderFile, tmp_path: Path, version: str | None
) -> None:
    asked = later_request(colour_images("rule", 3), tiny_encoder, tmp_path)
    said = json.loads(asked.description.read_text())
    assert said["preprocessing_version"] == PREPROCESSING_VERSION
    asked.description.write_text(json.dumps(said | {"preprocessing_version": version}))
    with pytest.raises(UnusableInputError, match="read by an earlier rule: start a new round"):
        later_images.predict(asked, no_progress)
    assert not asked.output_directory.exists()


def test_a_head_of_another_width_than_the_features_is_refused(
    colour_images: Make, tiny_encoder: EncoderFile, tmp_path: Path
) -> None:
    asked = later_request(colour_images("width", 3), tiny_encoder, tmp_path)
    head = load_file(asked.head)
    save_file(head | {"head.weight": head["head.weight"][:, 1:].copy()}, asked.head)
    width = head["head.weight"].shape[1]
    with pytest.raises(UnusableInputError, match=f"features of {width - 1} numbers.*gives {width} now"):
        later_images.predict(asked, no_progress)
    assert not asked.output_directory.exists()


def later_request(images: list[ImageFile], encoder: EncoderFile, directory: Path) -> PredictRequest:
    """Train a model on `images`, and return the wish that it predict them again."""
    trained(images, encoder, directory, RoundConfig())
    return PredictRequest(
        encoder=encoder,
        head=directory / "step" / "model.safetensors",
        description=directory / "step" / "model.json",
        images=images,
        cache_directory=directory / "cache",
        output_directory=directory / "later",
    )
