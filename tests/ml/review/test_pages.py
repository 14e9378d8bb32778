"""Pages: what they show first, to whom, and in which order."""

import numpy as np
import pytest

from ml.features.vectors import l2_normalised
from ml.review.belief import Belief
from ml.review.modes import Mode
from ml.review.pages import next_page, pages_of, side_by_side

CATEGORIES = 3


@pytest.fixture
def belief() -> Belief:
    """Return what a model says of 60 images, nine of them labelled."""
    generator = np.random.default_rng(0)
    features = l2_normalised(generator.normal(size=(60, 8)).astype(np.float32))
    probabilities = generator.dirichlet([0.5] * CATEGORIES, 60).astype(np.float32)
    labels = np.full(60, -1, dtype=np.int64)
    labels[:9] = np.arange(9) % CATEGORIES
    before = probabilities.argmax(axis=1)
    before[20:26] = (before[20:26] + 1) % CATEGORIES
    return Belief(features, probabilities, labels, before, held_out=np.roll(probabilities, 1, axis=1))


def nobody(belief: Belief) -> np.ndarray:
    """Return that no image is on the page of somebody else."""
    return np.zeros(len(belief.labels), dtype=np.bool_)


@pytest.mark.parametrize("mode", ["surest", "least_sure"])
def test_a_page_has_the_extreme_images_of_one_category(belief: Belief, mode: Mode) -> None:
    page = next_page(belief, nobody(belief), 6, mode)
    assert page is not None
    assert len(page.rows) == len(set(page.rows.tolist())) == 6
    assert (belief.predicted[page.rows] == page.category).all()
    assert not belief.seen[page.rows].any()
    sign = 1 if mode == "surest" else -1
    own = np.flatnonzero(~belief.seen & (belief.predicted == page.category))
    others = sign * belief.confidence[np.setdiff1d(own, page.rows)]
    assert (sign * belief.confidence[page.rows]).min() >= others.max()


def test_full_pages_go_first(belief: Belief) -> None:
    """A rest of two sure images costs a gesture as a page of six does, and may have grown by then."""
    counts = np.bincount(belief.predicted[~belief.seen])
    page = next_page(belief, nobody(belief), int(counts.max()), "surest")
    assert page is not None
    assert page.category == counts.argmax()


def test_what_is_on_the_page_of_another_is_not_shown(belief: Belief) -> None:
    first = next_page(belief, nobody(belief), 6)
    assert first is not None
    shown = nobody(belief)
    shown[first.rows] = True
    second = next_page(belief, shown, 6)
    assert second is not None
    assert not set(first.rows) & set(second.rows)
    assert next_page(belief, ~nobody(belief), 6) is None


def test_only_what_the_model_calls_otherwise_than_before_has_changed(belief: Belief) -> None:
    found: set[int] = set()
    shown = nobody(belief)
    while (page := next_page(belief, shown, 2, "changed")) is not None:
        found |= set(page.rows.tolist())
        shown[page.rows] = True
    assert found == set(range(20, 26))
    first = Belief(belief.features, belief.probabilities, belief.labels)
    assert next_page(first, nobody(belief), 2, "changed") is None


def test_labels_that_the_model_doubts_are_shown_as_they_were_given(belief: Belief) -> None:
    page = next_page(belief, nobody(belief), 3, "disagree")
    assert page is not None
    assert (belief.labels[page.rows] == page.category).all()
    assert belief.held_out is not None
    assert (belief.held_out.argmax(axis=1)[page.rows] != page.category).all()
    unasked = Belief(belief.features, belief.probabilities, belief.labels)
    assert next_page(unasked, nobody(belief), 3, "disagree") is None


def test_what_is_far_from_every_label_comes_together_and_unnamed() -> None:
    """Two kinds are labelled; a third, which the model is sure to be the first, is found."""
    generator = np.random.default_rng(1)
    centres = np.eye(3, dtype=np.float32)[np.repeat(np.arange(3), 20)]
    features = l2_normalised(centres + generator.normal(0, 0.1, centres.shape).astype(np.float32))
    labels = np.full(60, -1, dtype=np.int64)
    labels[[0, 20]] = 0, 1
    belief = Belief(features, np.tile(np.float32([0.9, 0.1]), (60, 1)), labels)
    page = next_page(belief, np.zeros(60, dtype=np.bool_), 12, "far")
    assert page is not None
    assert page.category is None
    assert page.labels.tolist() == [-1] * 12
    assert (page.rows >= 40).all()


def test_those_that_do_not_belong_come_together() -> None:
    generator = np.random.default_rng(2)
    kind = np.array([0, 0, 1, 0, 2, 1, 0, 2, 0, 1])
    features = l2_normalised(np.eye(3, dtype=np.float32)[kind] + 0.1 * generator.random((10, 3), np.float32))
    order = side_by_side(features)
    assert sorted(order.tolist()) == list(range(10))
    assert order[0] == 0
    assert np.count_nonzero(np.diff(kind[order])) == 2


@pytest.mark.parametrize("mode", ["surest", "least_sure", "changed", "disagree", "far"])
def test_several_pages_at_once_are_those_that_come_one_by_one(belief: Belief, mode: Mode) -> None:
    shown, singly = nobody(belief), []
    while (page := next_page(belief, shown, 7, mode)) is not None:
        shown[page.rows] = True
        singly.append((page.rows.tolist(), page.category))
    found = [(page.rows.tolist(), page.category) for page in pages_of(belief, nobody(belief), 7, mode, 99)]
    assert found == singly
    assert len(pages_of(belief, nobody(belief), 7, mode, 1)) == 1
