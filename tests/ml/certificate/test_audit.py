"""Audits: what they prove, what they cost, and what they say."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.certificate.audit import Audit, alpha_of, audit_order, wrong_allowed
from ml.certificate.bounds import anytime_bound
from ml.certificate.plan import answers_left, passing, planned, roughly_planned
from ml.certificate.statement import certificate


def audit(population: int, audited: int, wrong: int, mistakes: float = 0.0) -> Audit:
    """Return an audit after `audited` answers."""
    return Audit(population, 0.05, audited, wrong, mistakes)


def test_an_answer_that_corrects_a_label_leaves_one_wrong_label_less() -> None:
    after = audit(400, 59, 1).answered(wrong=True)
    assert (after.audited, after.wrong) == (60, 2)
    assert after.wrong_left == anytime_bound(400, 60, 2, 0.05) - 2
    assert audit(400, 400, 30).wrong_left == 0


def test_people_who_may_be_mistaken_make_the_bound_wider() -> None:
    trusted, doubted = audit(400, 100, 1), audit(400, 100, 1, mistakes=0.02)
    assert doubted.wrong_left >= trusted.wrong_left
    assert trusted.wrong_at_most(600) == trusted.wrong_left
    assert doubted.wrong_at_most(600) == doubted.wrong_left + 14
    assert audit(400, 400, 0, mistakes=0.02).wrong_at_most(0) == 8


def test_an_order_is_drawn_anew_by_each_seed() -> None:
    rows = np.arange(10, 60)
    first, again, other = (audit_order(rows, seed) for seed in (1, 1, 2))
    assert first.tolist() == again.tolist() != other.tolist()
    assert sorted(first.tolist()) == rows.tolist()


def test_all_attempts_together_spend_the_error_once() -> None:
    spent = [alpha_of(0.05, attempt) for attempt in range(1, 40)]
    assert sum(spent) == pytest.approx(0.05)
    assert spent == sorted(spent, reverse=True)


@given(st.integers(0, 10_000), st.sampled_from([0.01, 0.02, 0.05, 0.29]))
def test_a_goal_allows_no_more_than_its_share(images: int, goal: float) -> None:
    allowed = wrong_allowed(images, goal)
    assert allowed <= goal * images + 1e-6
    assert allowed + 1 > goal * images - 1e-6


def simulated(population: int, wrong: int, allowed: int, alpha: float, runs: int) -> tuple[float, float]:
    """Return the mean answers until an audit passes, and how often more than `allowed` were left wrong."""
    most = np.array(list(passing(population, allowed, alpha)))
    labels = np.zeros((runs, population), dtype=np.int64)
    labels[:, :wrong] = 1
    found = np.random.default_rng(wrong).permuted(labels, axis=1).cumsum(axis=1)
    stop = (found <= most).argmax(axis=1)
    left = wrong - found[np.arange(runs), stop]
    return float(stop.mean() + 1), float((left > allowed).mean())


@pytest.mark.parametrize("wrong", [0, 3, 8, 15, 16, 18, 25])
def test_a_goal_that_is_missed_is_certified_too_rarely_to_matter(wrong: int) -> None:
    answers, failed = simulated(300, wrong, 15, 0.05, 4000)
    assert failed <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 4000)
    plan = planned(300, 15, 0.05, wrong / 300)
    assert plan.mean == pytest.approx(answers, rel=0.05)


def test_more_wrong_labels_take_a_longer_audit_and_a_larger_pool_a_little_longer() -> None:
    plans = [planned(2000, 20, 0.05, rate) for rate in (0.0, 0.002, 0.004, 0.006)]
    assert [plan.mean for plan in plans] == sorted(plan.mean for plan in plans)
    assert all(plan.median <= plan.most for plan in plans)
    assert plans[0].median == plans[0].most == roughly_planned(2000, 20, 0.05, 0.0)
    large = planned(100_000, 1000, 0.05, 0.002)
    assert plans[1].mean < large.mean < 1.6 * plans[1].mean
    assert 0.4 < roughly_planned(100_000, 1000, 0.05, 0.002) / large.mean < 1.5


def test_a_set_that_may_be_wrong_altogether_needs_no_audit() -> None:
    assert planned(12, 12, 0.05, 0.5).mean == roughly_planned(12, 12, 0.05, 0.5) == 0


def test_a_certificate_says_what_was_asked_and_what_it_proves() -> None:
    found = certificate(audit(2692, 300, 0), 720, 0.95, date(2026, 11, 30), goal=0.02)
    assert (found.images, found.seen, found.audited, found.found_wrong) == (3412, 1020, 300, 0)
    bound = anytime_bound(2692, 300, 0, 0.05)
    assert found.wrong_at_most == bound
    assert found.share == bound / 3412
    assert found.sentence == "3,412 labels, 1,020 seen by people, at most 0.9 % wrong (95 %), 300 audited"
    assert type(found).model_validate_json(found.model_dump_json()) == found


def test_what_nobody_can_tell_counts_as_wrong_and_stays_wrong() -> None:
    right, skipped = (
        audit(400, 59, 0).answered(wrong=False),
        audit(400, 59, 0).answered(wrong=False, skipped=True),
    )
    assert skipped.wrong_left == audit(400, 60, 1).wrong_left + 1 > right.wrong_left
    found = certificate(skipped, 100, 0.95, date(2026, 11, 30))
    assert (found.seen, found.audited, found.found_wrong, found.skipped) == (159, 60, 1, 1)
    assert found.sentence.endswith("60 audited, 1 of them skipped and counted as wrong")


def test_what_was_seen_by_other_ways_counts_as_seen_and_proves_nothing() -> None:
    plain, later = (certificate(audit(400, 60, 0), 100, 0.95, date(2026, 11, 30), later=n) for n in (0, 7))
    assert (later.seen, later.images, later.wrong_at_most) == (plain.seen + 7, 500, plain.wrong_at_most)


def test_a_set_that_people_have_seen_says_so_and_how_far_they_are_trusted() -> None:
    trusted, doubted = (certificate(audit(0, 0, 0, m), 500, 0.95, date(2026, 11, 30)) for m in (0.0, 0.01))
    assert trusted.sentence == "500 labels, all seen by people"
    assert doubted.wrong_at_most == 5
    assert doubted.sentence == (
        "500 labels, all seen by people, at most 1 % wrong, people wrong in at most 1 % of their answers"
    )
    assert trusted.method == doubted.method == "every image seen by people"


def test_the_answers_left_are_about_those_of_the_plan() -> None:
    assert answers_left(audit(2000, 0, 0), 20, 0.0) == planned(2000, 20, 0.05, 0.0).median
    half = answers_left(audit(2000, 150, 0), 20, 0.0)
    assert half == planned(2000, 20, 0.05, 0.0).median - 150
    assert answers_left(audit(2000, 150, 15), 20, 0.1) is None
    assert answers_left(audit(2000, 2000, 15), 20, 0.1) == 0
