"""Upper bounds on how many of a finite population are wrong, from a sample drawn without replacement.

`fixed_bound` holds for a sample whose size was settled beforehand. `anytime_bound` holds at every size at
once, so that people may look after each answer and stop when they like.
"""

from collections.abc import Callable
from math import exp, lgamma, log

# What `anytime_bound` bets on: that the wrong ones are these shares of the number in question, with what
# weight. Chosen by the answers that audits take (docs/adr/0031).
BETS = ((0.0, 0.4), (0.2, 0.2), (0.4, 0.2), (0.6, 0.2))


def fixed_bound(population: int, audited: int, wrong: int, alpha: float) -> int:
    """Return the exact one-sided bound at confidence 1 - `alpha`: the most wrong ones of `population`.

    It is the largest M of which a sample of `audited` has at most `wrong` wrong ones with a probability over
    `alpha` (hypergeometric, found by inverting the test).
    """
    return _most(population, audited, wrong, lambda m: _tail(population, audited, wrong, m) <= alpha)


def anytime_bound(population: int, audited: int, wrong: int, alpha: float) -> int:
    """Return a bound on the wrong ones of `population` that all sample sizes together keep with 1 - `alpha`.

    It is the largest M with `evidence_against` below 1 / `alpha`: by Ville's inequality the evidence against
    the true number ever exceeds that with a probability of at most `alpha`.
    """
    enough = log(1 / alpha)
    return _most(
        population, audited, wrong, lambda m: evidence_against(population, audited, wrong, m) >= enough
    )


def evidence_against(population: int, audited: int, wrong: int, suspected: int) -> float:
    """Return the logarithm of a test martingale against `suspected` wrong ones in `population`.

    It is a mixture of likelihood ratios of the hypergeometric draws, of each of BETS times `suspected` to
    `suspected` itself: betting on a sample without replacement (Waudby-Smith and Ramdas 2020 and 2023), with
    the bets of a prior that stays below what is tested. Each ratio is a martingale if `suspected` is
    the truth, and the evidence grows with `suspected`, so that what is above a refuted number is refuted too.
    Infinite where the sample could not have come about.
    """
    right = audited - wrong
    if wrong > suspected or right > population - suspected:
        return float("inf") if right > population - suspected else -float("inf")
    base = _falling(suspected, wrong) + _falling(population - suspected, right)
    terms = [
        log(weight)
        + _falling(share * suspected, wrong)
        + _falling(population - share * suspected, right)
        - base
        for share, weight in BETS
        if share * suspected >= wrong
    ]
    return _log_sum(terms)


def _most(population: int, audited: int, wrong: int, refuted: Callable[[int], bool]) -> int:
    """Return the largest number that is not refuted, of those that the sample leaves possible."""
    if not 0 <= wrong <= audited <= population:
        raise ValueError(f"{wrong} wrong of {audited} audited of {population} cannot be")
    least, most = wrong, population - (audited - wrong)
    while least < most:
        middle = (least + most + 1) // 2
        least, most = (least, middle - 1) if refuted(middle) else (middle, most)
    return least


def _tail(population: int, audited: int, wrong: int, marked: int) -> float:
    """Return P(at most `wrong` of `audited` draws are among the `marked` of `population`)."""
    every = _falling(population, audited) - lgamma(audited + 1)
    lowest = max(0, audited - (population - marked))
    chances = [
        _falling(marked, k)
        - lgamma(k + 1)
        + _falling(population - marked, audited - k)
        - lgamma(audited - k + 1)
        - every
        for k in range(lowest, min(wrong, marked) + 1)
    ]
    return exp(_log_sum(chances))


def _falling(top: float, count: int) -> float:
    """Return log(top (top - 1) ... (top - count + 1)); `top` may be no whole number, at least `count`."""
    return lgamma(top + 1) - lgamma(top - count + 1)


def _log_sum(logs: list[float]) -> float:
    highest = max(logs, default=-float("inf"))
    if highest == -float("inf"):
        return highest
    return highest + log(sum(exp(value - highest) for value in logs))
