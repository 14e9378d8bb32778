"""What a step makes of labelled clusters: what it asks about, and what it learns from."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file

from ml.config import RoundConfig
from ml.messages import EncoderFile, ImageFile, StepRequest, StepResult
from ml.progress import no_progress
from ml.selection.protocol import SelectionInput
from ml.selection.registry import MAKERS, selector_of
from ml.step.pipeline import run_step
from ml.step.weak import selected
from tests.ml.blobs import blobs

CATEGORIES = ["red", "green", "blue"]
Step = Callable[..., StepResult]


@pytest.fixture(scope="module")
def pool(colour_images: Callable[[str, int], list[ImageFile]]) -> list[ImageFile]:
    """Return 30 images whose colours go round: red, green, blue."""
    return colour_images("weak", 30)


@pytest.fixture
def step(
    pool: list[ImageFile], tiny_encoder: EncoderFile, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> Step:
    """Return a function that runs a step whose first three images are labelled."""

    def run(**changes: Any) -> StepResult:
        request = StepRequest(
            config=RoundConfig(),
            encoder=tiny_encoder,
            pool=pool,
            categories=CATEGORIES,
            labels={pool[row].id: row for row in range(3)},
            ask=5,
            step=1,
            cache_directory=tmp_path_factory.getbasetemp() / "cache",
            output_directory=tmp_path,
        )
        return run_step(request.model_copy(update=changes), no_progress)

    return run


def asked(result: StepResult) -> set[str]:
    return {proposal.image_id for proposal in result.proposals}


def test_what_has_a_weak_label_is_asked_about_only_where_the_model_doubts_it(
    step: Step, pool: list[ImageFile]
) -> None:
    doubted = pool[5].id
    weak = {image.id: row % 3 for row, image in enumerate(pool) if row > 2} | {doubted: 0}
    result = step(weak=weak)
    assert asked(result) == {doubted}
    assert result.train_labels == 3


def test_what_was_dropped_is_asked_about_first_but_never_fills_a_step(
    step: Step, pool: list[ImageFile], tmp_path: Path
) -> None:
    dropped = [pool[row].id for row in (3, 6, 9, 12, 15)]
    result = step(preferred=["gone", pool[0].id, *dropped])
    assert len(result.proposals) == 5
    assert asked(result) >= set(dropped[:3])
    sizes = {proposal.image_id: proposal.cluster_size for proposal in result.proposals}
    assert [sizes[each] for each in dropped[:3]] == [1, 1, 1]
    arrays = load_file(tmp_path / "step.safetensors")
    own = np.bincount(arrays["cluster"], minlength=8)[3:]
    assert sorted(own) == sorted(sizes.values())
    assert arrays["likeness"].max() == pytest.approx(1, abs=1e-5)
    assert asked(step(preferred=dropped, excluded=dropped[:2])) >= set(dropped[2:5])


def test_a_round_learns_from_weak_labels_where_it_says_so(step: Step, pool: list[ImageFile]) -> None:
    weak = {pool[row].id: (row + 1) % 3 for row in range(3, 30)}
    plain = step(weak=weak, ask=0)
    learned = step(weak=weak, ask=0, config=RoundConfig(weak_labels=True))
    assert (plain.record["weak_labels"], learned.record["weak_labels"]) == (0, 27)
    assert (plain.train_labels, learned.train_labels) == (3, 3)


def test_the_weak_labels_change_what_is_predicted(step: Step, pool: list[ImageFile], tmp_path: Path) -> None:
    wrong = {pool[row].id: (row + 1) % 3 for row in range(3, 30)}

    def right() -> float:
        found = load_file(tmp_path / "step.safetensors")["probabilities"].argmax(axis=1)
        return float((found[3:] == np.arange(3, 30) % 3).mean())

    step(weak=wrong, ask=0)
    assert right() == 1
    step(weak=wrong, ask=0, config=RoundConfig(weak_labels=True))
    assert right() < 0.5


@pytest.mark.parametrize("kind", MAKERS)
def test_where_every_image_has_an_answer_none_is_chosen(kind: str) -> None:
    features, truth = blobs(2, 6, noise=0.2, seed=0)
    rows, probabilities = np.arange(12), np.full((12, 2), 0.5, dtype=np.float32)
    nothing = np.zeros(0, dtype=np.int64)
    given = SelectionInput(features, rows, nothing, 2, 0, targets=truth, probabilities=probabilities)
    selector = selector_of(RoundConfig.model_validate({"strategy": {"kind": kind}}))
    selection = selected(given, nothing, selector)
    assert selection.eigen.tolist() == []
    assert selection.clusters.tolist() == list(range(12))


@pytest.mark.parametrize("kind", MAKERS)
def test_where_all_that_is_left_was_dropped_by_people_it_is_asked_about(kind: str) -> None:
    features, truth = blobs(2, 6, noise=0.2, seed=0)
    left, probabilities = np.array([11]), np.full((12, 2), 0.5, dtype=np.float32)
    given = SelectionInput(
        features, np.arange(11), left, 2, 0, targets=truth[:11], probabilities=probabilities
    )
    selector = selector_of(RoundConfig.model_validate({"strategy": {"kind": kind}}))
    assert selected(given, left, selector).eigen.tolist() == [11]
