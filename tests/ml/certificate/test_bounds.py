"""Bounds for finite populations: by hand, against exact arithmetic and SciPy, and over simulated audits."""

from itertools import pairwise
from math import comb, exp, log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import hypergeom

from ml.certificate.bounds import anytime_bound, evidence_against, fixed_bound


@st.composite
def samples(draw: st.DrawFn) -> tuple[int, int, int]:
    """Draw (population, audited, wrong)."""
    population = draw(st.integers(1, 300))
    audited = draw(st.integers(0, population))
    return population, audited, draw(st.integers(0, audited))


@pytest.mark.parametrize(
    ("population", "audited", "wrong", "alpha", "bound"),
    [
        (10, 10, 2, 0.05, 2),  # all were looked at
        (10, 0, 0, 0.05, 10),  # none was
        (4, 2, 0, 0.2, 1),  # of two wrong ones, both would be missed in one of six samples
        (4, 2, 0, 0.1, 2),
        (20, 19, 0, 0.05, 1),  # a single wrong one is the last with one in twenty: just not refuted
        (20, 19, 0, 0.0501, 0),
    ],
)
def test_small_cases_by_hand(population: int, audited: int, wrong: int, alpha: float, bound: int) -> None:
    # A hair below and above: 1/20 is no number of the machine.
    assert fixed_bound(population, audited, wrong, alpha - 1e-9) == bound


@given(samples(), st.sampled_from([0.2, 0.05, 0.01]))
def test_the_fixed_bound_inverts_the_hypergeometric_tail(sample: tuple[int, int, int], alpha: float) -> None:
    population, audited, wrong = sample
    totals = np.arange(wrong, population - (audited - wrong) + 1)
    kept = totals[hypergeom.cdf(wrong, population, totals, audited) > alpha]
    assert fixed_bound(*sample, alpha) == kept.max()
    assert anytime_bound(*sample, alpha) >= kept.max()


@given(samples())
def test_what_is_above_a_refuted_number_is_refuted_too(sample: tuple[int, int, int]) -> None:
    population, audited, wrong = sample
    evidence = [evidence_against(*sample, total) for total in range(wrong, population + 1)]
    assert all(later >= earlier - 1e-9 for earlier, later in pairwise(evidence))
    assert evidence_against(*sample, population - (audited - wrong) + 1) == float("inf")


@given(samples())
def test_a_wrong_answer_never_lowers_what_may_be_left(sample: tuple[int, int, int]) -> None:
    population, audited, wrong = sample
    if wrong < audited:
        assert fixed_bound(population, audited, wrong + 1, 0.05) > fixed_bound(*sample, 0.05)
        assert anytime_bound(population, audited, wrong + 1, 0.05) >= anytime_bound(*sample, 0.05)


@pytest.mark.parametrize(("population", "total"), [(7, 3), (12, 5), (12, 12), (9, 0)])
def test_the_evidence_against_the_truth_is_at_most_one_on_average(population: int, total: int) -> None:
    for audited in range(population + 1):
        possible = range(max(0, audited - (population - total)), min(audited, total) + 1)
        mean = sum(
            comb(total, wrong)
            * comb(population - total, audited - wrong)
            * exp(evidence_against(population, audited, wrong, total))
            for wrong in possible
        ) / comb(population, audited)
        assert mean <= 1 + 1e-9
        if audited == 0 or total == 0:
            assert mean == pytest.approx(1)


def test_a_sample_that_cannot_be_is_refused() -> None:
    for sample in ((5, 6, 0), (5, 2, 3), (5, 2, -1)):
        with pytest.raises(ValueError, match="cannot be"):
            anytime_bound(*sample, 0.05)


def ever_too_low(population: int, total: int, alpha: float, runs: int, *, anytime: bool) -> float:
    """Return the share of simulated audits, looked at after every answer, of which a bound was too low."""
    wrong = wrong_so_far(population, total, runs)
    refuted = np.zeros((population + 1, total + 1), dtype=np.bool_)
    for audited in range(1, population + 1):
        for found in range(max(0, audited - (population - total)), min(audited, total) + 1):
            refuted[audited, found] = (
                evidence_against(population, audited, found, total) >= log(1 / alpha)
                if anytime
                else fixed_bound(population, audited, found, alpha) < total
            )
    return float(refuted[np.arange(1, population + 1), wrong].any(axis=1).mean())


def wrong_so_far(population: int, total: int, runs: int) -> NDArray[np.int64]:
    """Return int64[runs, population]: how many wrong ones random orders have met after 1, 2, ... answers."""
    labels = np.zeros((runs, population), dtype=np.int64)
    labels[:, :total] = 1
    shuffled = np.random.default_rng(population).permuted(labels, axis=1)
    sums: NDArray[np.int64] = shuffled.cumsum(axis=1)
    return sums


@pytest.mark.parametrize(("population", "total"), [(120, 3), (200, 12), (80, 40)])
def test_bounds_hold_at_every_look_together(population: int, total: int) -> None:
    found = ever_too_low(population, total, 0.05, 4000, anytime=True)
    assert found <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 4000)


def test_a_bound_for_one_size_does_not_stand_repeated_looks() -> None:
    """This is why audits use the other one."""
    assert ever_too_low(120, 12, 0.05, 2000, anytime=False) > 0.08


def test_a_fixed_size_holds_once() -> None:
    wrong = wrong_so_far(150, 9, 4000)[:, 59]
    bounds = np.array([fixed_bound(150, 60, found, 0.05) for found in range(10)])
    assert (bounds[wrong] < 9).mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 4000)
