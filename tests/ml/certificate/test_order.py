"""Answers of several people come out of order: what is hard to tell comes late, and is wrong more often."""

from math import log

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ml.certificate.audit import Answer, Audit
from ml.certificate.plan import passes

POPULATION, WRONG, ALLOWED, ALPHA = 300, 18, 15, 0.05
PEOPLE = 6
ANSWERS = st.lists(st.sampled_from(["right", "wrong", "skipped", None]), max_size=80)


@given(ANSWERS)
def test_what_lies_behind_a_gap_changes_nothing(answers: list[Answer | None]) -> None:
    whole = [*answers, None]
    prefix = whole[: whole.index(None)]
    audit = Audit(100, ALPHA).with_answers(answers)
    assert audit == Audit(100, ALPHA).with_answers(prefix)
    assert (audit.audited, audit.wrong, audit.skipped) == (
        len(prefix),
        len(prefix) - prefix.count("right"),
        prefix.count("skipped"),
    )


@given(ANSWERS, st.data())
def test_a_gap_that_closes_never_takes_an_answer_away(
    answers: list[Answer | None], data: st.DataObject
) -> None:
    before = Audit(100, ALPHA).with_answers(answers)
    closed: list[Answer | None] = [each or data.draw(st.sampled_from(["right", "wrong"])) for each in answers]
    after = Audit(100, ALPHA).with_answers(closed)
    assert after.audited >= before.audited
    assert after.with_answers([]) == after


def passes_too_early(seed: int, *, by_order: bool) -> bool:
    """Return whether an audit passes with too many wrong labels left, where wrong ones take long to answer.

    People are handed the images in the order drawn, a few at a time; with `by_order` what counts are the
    answers before the first gap, else those that have come, in the order in which they came.
    """
    rng = np.random.default_rng(seed)
    wrong = rng.permutation(np.arange(POPULATION) < WRONG)
    seconds = np.where(wrong, 400.0, 2.0)
    free, ends = np.zeros(PEOPLE), np.zeros(POPULATION)
    for place in range(POPULATION):
        person = int(free.argmin())
        ends[place] = free[person] = free[person] + seconds[place]
    came: list[Answer | None] = [None] * POPULATION
    audit = Audit(POPULATION, ALPHA)
    for count, place in enumerate(np.argsort(ends, kind="stable"), start=1):
        came[place] = "wrong" if wrong[place] else "right"
        if by_order:
            audit = audit.with_answers(came[audit.audited :])
        else:
            audit = audit.answered(wrong=bool(wrong[place]))
        if count > 40 and passes(POPULATION, audit.audited, audit.wrong, ALLOWED, log(1 / ALPHA)):
            return WRONG - came.count("wrong") > ALLOWED
    return False


def test_answers_counted_as_they_come_break_the_promise_and_in_the_order_drawn_keep_it() -> None:
    broken = sum(passes_too_early(seed, by_order=False) for seed in range(40))
    kept = sum(passes_too_early(seed, by_order=True) for seed in range(120))
    assert broken > 10
    assert kept / 120 <= ALPHA + 3 * (ALPHA * (1 - ALPHA) / 120) ** 0.5
