"""A step on two encoders: their heads' beliefs are averaged, and the first chooses as it does alone."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file

from ml.config import FixMatchFinetune, FrozenFinetune, FullFinetune, RoundConfig, TimmEncoder
from ml.errors import UnusableInputError
from ml.messages import EncoderFile, ImageFile, PredictRequest, StepRequest, StepResult
from ml.progress import no_progress
from ml.step import later_images
from ml.step.pipeline import prepare_encoder, run_step

Make = Callable[[str, int], list[ImageFile]]
Step = Callable[..., tuple[StepResult, Path]]
OTHER = TimmEncoder(name="test_resnet", pretrained=False, image_size=48)
CATEGORIES, POOL = ["red", "green", "blue"], 30


@pytest.fixture(scope="module")
def other_encoder(tmp_path_factory: pytest.TempPathFactory) -> EncoderFile:
    """Return a second prepared encoder, of another width and image size than the first."""
    directory = tmp_path_factory.mktemp("other")
    details = prepare_encoder(OTHER, directory)
    weights = str(directory / "encoder.safetensors")
    return EncoderFile(spec=OTHER, weights=weights, sha256=str(details["sha256"]))


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of features that the tests share."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture
def step(colour_images: Make, tmp_path: Path, cache: Path) -> Step:
    """Return a function that runs one step of three colours, and returns its result and its folder."""
    pool, test = colour_images("twopool", POOL), colour_images("twotest", 9)

    def run(encoder: EncoderFile, second: EncoderFile | None = None, **changes: Any) -> Any:
        folder = tmp_path / f"step{len(list(tmp_path.iterdir()))}"
        request = StepRequest(
            config=RoundConfig(),
            encoder=encoder,
            second_encoder=second,
            pool=pool,
            test=test,
            test_truth=[row % 3 for row in range(9)],
            categories=CATEGORIES,
            labels={pool[row].id: row for row in range(3)},
            ask=6,
            step=1,
            cache_directory=cache,
            output_directory=folder,
        )
        return run_step(request.model_copy(update=changes), no_progress), folder

    return run


def beliefs(folder: Path) -> NDArray[np.float32]:
    found: NDArray[np.float32] = load_file(folder / "step.safetensors")["probabilities"]
    return found


@pytest.mark.parametrize("head", ["propagation_logistic", "propagation", "ridge"])
def test_what_two_heads_believe_is_averaged(
    step: Step, tiny_encoder: EncoderFile, other_encoder: EncoderFile, head: str
) -> None:
    config = RoundConfig.model_validate({"finetune": {"kind": "frozen", "head": head}})
    first, alone = step(tiny_encoder, config=config)
    _, other = step(other_encoder, config=config)
    both, together = step(tiny_encoder, other_encoder, config=config)
    assert not np.allclose(beliefs(alone), beliefs(other), atol=1e-3), "the encoders see different things"
    mean = (beliefs(alone).astype(np.float64) + beliefs(other)) / 2
    np.testing.assert_allclose(beliefs(together), mean, atol=1e-6)
    right = (beliefs(together)[POOL:].argmax(axis=1) == np.arange(9) % 3).mean()
    assert both.accuracy is not None
    assert both.accuracy.top1 == pytest.approx(right)
    chosen = [proposal.image_id for proposal in both.proposals]
    assert chosen == [proposal.image_id for proposal in first.proposals], "the first encoder chooses"
    rows = json.loads((together / "images.json").read_text())["images"]
    for proposal in both.proposals:
        shown = beliefs(together)[rows.index(proposal.image_id)]
        index, confidence = proposal.suggestions[0]
        assert (index, confidence) == (shown.argmax(), pytest.approx(shown.max()))


def test_the_description_names_both_encoders(
    step: Step, tiny_encoder: EncoderFile, other_encoder: EncoderFile
) -> None:
    _, alone = step(tiny_encoder)
    result, together = step(tiny_encoder, other_encoder)
    said = json.loads((together / "model.json").read_text())
    second = said.pop("second")
    assert said == json.loads((alone / "model.json").read_text()) | {"format": 2}
    assert (second["encoder"]["sha256"], second["image_size"]) == (other_encoder.sha256, 48)
    heads = load_file(together / "model.safetensors")
    assert heads["second_head.weight"].shape == (3, second["encoder"]["feature_dim"])
    np.testing.assert_array_equal(heads["head.weight"], load_file(alone / "model.safetensors")["head.weight"])
    recorded = result.record["second"]
    assert isinstance(recorded, dict)
    assert recorded["encoder_sha256"] == other_encoder.sha256


def later_request(
    folder: Path, cache: Path, images: list[ImageFile], *encoders: EncoderFile
) -> PredictRequest:
    first, second = (*encoders, None)[:2]
    assert first is not None
    return PredictRequest(
        encoder=first,
        second_encoder=second,
        head=folder / "model.safetensors",
        description=folder / "model.json",
        images=images,
        cache_directory=cache,
        output_directory=folder / "later",
    )


def test_later_images_are_predicted_by_both(
    step: Step, cache: Path, colour_images: Make, tiny_encoder: EncoderFile, other_encoder: EncoderFile
) -> None:
    _, folder = step(tiny_encoder, other_encoder)
    later = later_request(folder, cache, colour_images("twopool", POOL), tiny_encoder, other_encoder)
    assert later_images.predict(later, no_progress).predicted == POOL
    np.testing.assert_allclose(beliefs(folder / "later"), beliefs(folder)[:POOL], atol=1e-4)


def test_half_of_a_model_predicts_nothing(
    step: Step, cache: Path, colour_images: Make, tiny_encoder: EncoderFile, other_encoder: EncoderFile
) -> None:
    _, both = step(tiny_encoder, other_encoder)
    _, single = step(tiny_encoder)
    images = colour_images("twopool", 3)
    with pytest.raises(UnusableInputError, match="averages two encoders"):
        later_images.predict(later_request(both, cache, images, tiny_encoder), no_progress)
    with pytest.raises(UnusableInputError, match="has one encoder"):
        later_images.predict(later_request(single, cache, images, tiny_encoder, other_encoder), no_progress)


def test_an_image_that_the_second_encoder_cannot_read_is_left_out(
    step: Step, tiny_encoder: EncoderFile, other_encoder: EncoderFile, colour_images: Make, tmp_path: Path
) -> None:
    pool = colour_images("twopool", POOL)
    content = Path(pool[-1].path).read_bytes() + b" another file"
    path = tmp_path / "once.png"
    path.write_bytes(content)
    pool.append(ImageFile(id="once", sha256=hashlib.sha256(content).hexdigest(), path=str(path)))
    step(tiny_encoder, pool=pool)
    path.write_bytes(b"no image any more")
    result, folder = step(tiny_encoder, other_encoder, pool=pool, ask=POOL)
    assert json.loads((folder / "images.json").read_text())["unreadable"] == ["once"]
    asked = {proposal.image_id for proposal in result.proposals}
    assert asked == {image.id for image in pool[3:-1]}


@pytest.mark.parametrize("finetune", [FullFinetune(epochs=1), FixMatchFinetune(steps=1)])
def test_finetuned_encoders_are_not_averaged(
    step: Step,
    tiny_encoder: EncoderFile,
    other_encoder: EncoderFile,
    finetune: FullFinetune | FixMatchFinetune,
) -> None:
    with pytest.raises(UnusableInputError, match=r"finetune\.kind has to be frozen"):
        step(tiny_encoder, other_encoder, config=RoundConfig(finetune=finetune))


def test_two_encoders_without_two_categories_have_no_model(
    step: Step, tiny_encoder: EncoderFile, other_encoder: EncoderFile
) -> None:
    result, folder = step(
        tiny_encoder, other_encoder, labels={}, config=RoundConfig(finetune=FrozenFinetune())
    )
    assert (result.accuracy, len(result.proposals)) == (None, 6)
    assert not (folder / "model.json").exists()
