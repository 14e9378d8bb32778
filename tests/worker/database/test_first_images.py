"""Which images the first proposal of an open-ended round chooses from."""

from pathlib import Path

import pytest

from ml.config import BundledEncoder, RoundConfig
from ml.messages import EncoderFile, ImageFile, StepRequest
from worker.database.first_images import IMAGES_PER_LABEL, LEAST_IMAGES, of_some_images

FILES = [ImageFile(id=f"{n:04}", sha256=f"{n:064x}", path=f"/{n}.png") for n in range(1000)]


def asked(**fields: object) -> StepRequest:
    nowhere = Path("/nowhere")
    encoder = EncoderFile(spec=BundledEncoder())
    given = {"config": RoundConfig(open_ended=True), "encoder": encoder, "pool": FILES, "categories": []}
    given |= {"labels": {}, "ask": 10, "step": 1, "cache_directory": nowhere, "output_directory": nowhere}
    return StepRequest.model_validate(given | fields)


def test_it_is_a_random_part_in_the_order_of_the_pool_and_the_same_for_a_seed() -> None:
    part = of_some_images(asked()).pool
    assert len(part) == LEAST_IMAGES
    assert part == sorted(part, key=lambda image: image.id)
    assert len({image.id[0:2] for image in part}) == 10, "it comes from everywhere"
    assert of_some_images(asked()).pool == part
    assert of_some_images(asked(config=RoundConfig(open_ended=True, seed=1))).pool != part


def test_many_questions_need_many_images() -> None:
    assert len(of_some_images(asked(ask=37)).pool) == 37 * IMAGES_PER_LABEL


def test_what_needs_a_model_is_left_out() -> None:
    request = asked(test=FILES[:2], test_truth=[0, 1], second_encoder=asked().encoder)
    part = of_some_images(request)
    assert (part.test, part.test_truth, part.second_encoder) == ([], [], None)


@pytest.mark.parametrize(
    "fields",
    [{"labels": {"0001": 0}}, {"weak": {"0001": 0}}, {"pool": FILES[:100]}, {"ask": 100}],
    ids=["labels", "weak labels", "a small pool", "questions about most of it"],
)
def test_otherwise_nothing_is_left_out(fields: dict[str, object]) -> None:
    request = asked(test=FILES[:2], test_truth=[0, 1], **fields)
    assert of_some_images(request) == request


def test_excluded_images_are_not_among_them() -> None:
    excluded = [image.id for image in FILES[::2]]
    part = {image.id for image in of_some_images(asked(excluded=excluded)).pool}
    assert len(part) == LEAST_IMAGES
    assert not part & set(excluded)
