"""A review as people and the head take turns in it, and what it costs."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from ml.certificate.audit import Audit
from ml.config import FrozenFinetune
from ml.encoders.embed import Embedding
from ml.review.belief import Belief
from ml.review.doubts import held_out
from ml.review.gestures import Costs
from ml.review.learner import Learner, compact
from ml.review.session import Paging, Review
from ml.review.stopping import GivenUp, Purity, Rest, another_chance, time_to_audit, worth_going_on

Labels = NDArray[np.int64]


@pytest.fixture(scope="module")
def truth() -> Labels:
    """Return the categories of 150 images."""
    return np.random.default_rng(0).integers(0, 3, 150)


@pytest.fixture(scope="module")
def learner(truth: Labels) -> Learner:
    """Return a quick head on features that tell the categories apart most of the time."""
    generator = np.random.default_rng(1)
    features = np.eye(20, dtype=np.float32)[truth] + generator.normal(0, 0.35, (150, 20)).astype(np.float32)
    embedding = Embedding(features, np.zeros(150, dtype=np.bool_), 32, 0, 0.0)
    return Learner(FrozenFinetune(head="nearest_mean"), embedding, None, 150)


def start(truth: Labels) -> Labels:
    """Return labels of the first image of each category, -1 elsewhere."""
    labels = np.full(len(truth), -1, dtype=np.int64)
    first = [int(np.flatnonzero(truth == category)[0]) for category in range(3)]
    labels[first] = truth[first]
    return labels


def review_of(learner: Learner, truth: Labels, paging: Paging, unreadable: int = 0) -> Review:
    """Return a review from one label a category, the last `unreadable` images left out."""
    labels = start(truth)
    belief = Belief(learner.features, learner.probabilities(labels, 3), labels)
    lost = np.arange(150) >= 150 - unreadable
    return Review(belief, lambda known: learner.probabilities(known, 3), paging, lost)


def corrections(review: Review, truth: Labels) -> int:
    """Return the corrections until everything is seen, answering by `truth`."""
    count = 0
    while (page := review.page()) is not None:
        count += int((page.labels != truth[page.rows]).sum())
        review.answer(page, truth[page.rows])
        if review.refit_due:
            review.refit()
    return count


def test_everything_readable_is_seen_once_and_learning_saves_corrections(
    learner: Learner, truth: Labels
) -> None:
    never, often = (review_of(learner, truth, Paging(12, every), 5) for every in (0, 2))
    made = [corrections(review, truth) for review in (never, often)]
    assert made[1] < made[0]
    for review in (never, often):
        assert not len(review.unseen)
        assert (review.labels[:145] == truth[:145]).all()
        assert not review.belief.seen[145:].any()


def test_two_people_never_meet_and_a_page_given_back_returns(learner: Learner, truth: Labels) -> None:
    review = review_of(learner, truth, Paging(10))
    mine, yours = review.page(), review.page()
    assert mine is not None
    assert yours is not None
    assert not set(mine.rows) & set(yours.rows)
    review.give_back(mine)
    again = review.page()
    assert again is not None
    assert again.rows.tolist() == mine.rows.tolist()


def test_a_fit_is_due_after_so_many_pages(learner: Learner, truth: Labels) -> None:
    review = review_of(learner, truth, Paging(10, refit_every=2))
    for due in (False, True):
        page = review.page()
        assert page is not None
        review.answer(page, truth[page.rows])
        assert review.refit_due is due
    called = review.belief.predicted
    review.refit()
    assert not review.refit_due
    assert review.belief.before is not None
    assert (review.belief.before == called).all()


def test_a_mode_that_has_nothing_left_goes_on_with_the_surest(learner: Learner, truth: Labels) -> None:
    first = review_of(learner, truth, Paging(10)).page()
    changed = review_of(learner, truth, Paging(10, mode="changed")).page()
    assert first is not None
    assert changed is not None
    assert changed.rows.tolist() == first.rows.tolist()


def test_few_directions_say_what_all_do() -> None:
    generator = np.random.default_rng(4)
    wide = generator.normal(size=(80, 12)).astype(np.float32) @ generator.normal(size=(12, 60)).astype(
        np.float32
    )
    embedding = Embedding(wide, np.zeros(80, dtype=np.bool_), 32, 0, 0.0)
    narrow = compact(embedding, 12)
    assert narrow.features.shape == (80, 12)
    unit = embedding.normalised
    np.testing.assert_allclose(narrow.features @ narrow.features.T, unit @ unit.T, atol=1e-5)
    assert compact(embedding, 60) is embedding


def test_a_wrong_label_is_the_most_doubted(learner: Learner, truth: Labels) -> None:
    labels = truth.copy()
    labels[100:] = -1
    wrong = int(np.flatnonzero(learner.probabilities(labels, 3)[:100].max(axis=1) > 0.9)[0])
    labels[wrong] = (truth[wrong] + 1) % 3
    learned: list[Labels] = []

    def learn(known: Labels) -> NDArray[np.float32]:
        learned.append(known)
        return learner.probabilities(known, 3)

    said = held_out(learn, labels)
    assert (np.array(learned)[:, :100] < 0).sum(axis=0).tolist() == [1] * 100
    assert (said[100:] == 0).all()
    own = said[np.arange(100), labels[:100]]
    assert wrong in np.argsort(own)[:5]


def test_an_image_that_is_alone_in_its_category_is_not_left_out() -> None:
    labels = np.array([0, 0, 0, 1, -1])

    def learn(known: Labels) -> NDArray[np.float32]:
        assert known[3] == 1
        return np.eye(2, dtype=np.float32)[np.where(known >= 0, known, 0)]

    assert held_out(learn, labels)[3].tolist() == [0, 1]
    with pytest.raises(ValueError, match="no label"):
        held_out(learn, np.full(3, -1))


@pytest.mark.parametrize(
    ("labels", "gestures"),
    [
        ([4, 4, 4, 4, 4, 4], 1),  # one key
        ([4, 4, 2, 4, 4, 4], 3),  # choose, click, confirm
        ([4, 2, 4, 2, 4, 4], 4),
        ([4, 2, 2, 2, 4, 4], 4),  # choose, first and last of three
        ([4, 2, 4, 3, 4, 4], 5),
        ([2, 2, 2, 2, 2, 4], 3),  # confirmed as another category, but for one
    ],
)
def test_gestures_of_a_page(labels: list[int], gestures: int) -> None:
    assert Costs().gestures(np.array(labels)) == gestures


def test_costs_are_fields() -> None:
    assert Costs(span=3).gestures(np.array([4, 2, 2, 2, 2, 4, 4, 1, 4])) == 7
    assert Costs(image=2, category=0).gestures(np.array([4, 2, 4])) == 3
    assert Costs().seconds(10, 48, 5) == pytest.approx(10 * 2.0 + 48 * 0.15 + 5 * 0.8)


def test_an_audit_begins_when_it_is_cheaper_than_more_pages() -> None:
    purity = Purity()
    for _ in range(8):
        purity.add(48, expected=2.0, wrong=4)
    assert (purity.wrong_a_page, purity.images_a_page) == (4, 48)
    assert purity.wrong_left(170, cautious=False) == pytest.approx(330)
    assert purity.wrong_left(170, cautious=True) == pytest.approx(10 * (33 + 1.2816 * 33**0.5))
    large, small = (Rest(unseen, 0.002 * unseen, unseen // 100, 0.05) for unseen in (100_000, 500))
    assert time_to_audit(large, Purity([(48, 2.0, 0)] * 8), 4, 1.0)
    assert not time_to_audit(small, purity, 4, 6.0)
    assert not time_to_audit(Rest(100_000, 1200, 1000, 0.05), purity, 4, 6.0)
    begun = Audit(100_000, 0.05, audited=300)
    assert worth_going_on(large, purity, begun, 6.0)
    assert not worth_going_on(large, purity, replace(begun, wrong=12), 6.0)


def test_an_audit_that_was_given_up_is_believed_and_not_repeated_at_once() -> None:
    purity = Purity()
    for _ in range(8):
        purity.add(48, expected=4.0, wrong=0)
    rest = Rest(10_000, 30, 100, 0.05, most=50)
    assert time_to_audit(rest, purity, 4, 12.0)
    purity.add_audit(GivenUp(audited=300, wrong=15, expected=1.5, unseen=9_700, answers=1_000.0))
    # Pages said that the head is right about its doubts; of a uniform sample one in twenty was wrong.
    assert purity.wrong_left(30.0, cautious=False) == pytest.approx(9_700 * 15 / 300)
    assert purity.wrong_left(30.0, cautious=True) > 9_700 * 16 / 300
    easy = replace(rest, unseen=6_000, wrong=0, most=5)
    assert not another_chance(easy, purity)
    for _ in range(8):
        purity.add(48, expected=4.0, wrong=10)
    assert purity.wrong_left(30.0, cautious=False) == pytest.approx(9_700 * 15 / 300 - 80)
    assert easy.answers_at_most <= 500
    assert another_chance(easy, purity)
    assert not another_chance(replace(easy, unseen=9_000), purity)
    assert not another_chance(replace(easy, most=70), purity)
