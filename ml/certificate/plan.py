"""How many answers an audit will take, before anybody gives one."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import log

import numpy as np

from ml.certificate.audit import Audit
from ml.certificate.bounds import evidence_against

# What is left to chance when a plan is complete.
REST = 1e-6


@dataclass(frozen=True)
class Plan:
    """The answers until an audit passes if a share `rate` of the labels is wrong: mean, median, 90 %."""

    rate: float
    mean: float
    median: int
    most: int


def passing(population: int, allowed: int, alpha: float) -> Iterator[int]:
    """Yield, for 1, 2, ... answers, the most wrong ones with which the audit passes; -1: with none.

    It passes when at most `allowed` labels are wrong among those not audited, at confidence 1 - `alpha`.
    """
    wrong, enough = -1, log(1 / alpha)
    for audited in range(1, population + 1):
        while wrong < audited and passes(population, audited, wrong + 1, allowed, enough):
            wrong += 1
        yield wrong


def passes(population: int, audited: int, wrong: int, allowed: int, enough: float) -> bool:
    """Return whether more than `allowed` wrong ones left are refuted with `enough` logarithmic evidence."""
    suspected = allowed + wrong + 1
    possible = suspected <= population - (audited - wrong)
    return not possible or evidence_against(population, audited, wrong, suspected) >= enough


def planned(population: int, allowed: int, alpha: float, rate: float) -> Plan:
    """Return the plan of an audit of `population` labels, a share `rate` of them wrong; exact, no simulation.

    The chances of each count of wrong answers are followed from answer to answer, and those that pass leave.
    """
    wrong = round(rate * population)
    chances = np.zeros(wrong + 1)
    chances[0] = 1.0
    done: list[float] = []
    if population <= allowed:
        return Plan(rate, 0.0, 0, 0)
    for audited, most in enumerate(passing(population, allowed, alpha)):
        hit = chances * (wrong - np.arange(wrong + 1)) / (population - audited)
        chances -= hit
        chances[1:] += hit[:-1]
        done.append(float(chances[: most + 1].sum()))
        chances[: most + 1] = 0
        if chances.sum() < REST:
            break
    passed = np.array(done)
    until = np.cumsum(passed) / passed.sum()
    mean = float((np.arange(1, len(passed) + 1) * passed).sum() / passed.sum())
    return Plan(rate, mean, *(int(np.searchsorted(until, part)) + 1 for part in (0.5, 0.9)))


def roughly_planned(population: int, allowed: int, alpha: float, rate: float) -> int:
    """Return about how many answers the audit takes, if wrong ones turn up as often as they should.

    Quick, for whoever weighs many plans; it can be too low where few wrong ones are expected.
    """
    least, most, enough = 0, population, log(1 / alpha)
    if population <= allowed:
        return 0
    while least < most:
        middle = (least + most) // 2
        expected = min(middle, round(rate * middle))
        if middle and passes(population, middle, expected, allowed, enough):
            most = middle
        else:
            least = middle + 1
    return least


def answers_left(audit: Audit, allowed: int, rate: float) -> int | None:
    """Return about how many more answers `audit` takes if a share `rate` of those to come is wrong.

    None where it would not even pass with all but a few answered: looking at the rest is no more work.
    """
    least, most = 0, audit.population - audit.audited
    if not _would_pass(audit, most - most // 10, allowed, rate):
        return None
    while least < most:
        middle = (least + most) // 2
        if _would_pass(audit, middle, allowed, rate):
            most = middle
        else:
            least = middle + 1
    return least


def _would_pass(audit: Audit, more: int, allowed: int, rate: float) -> bool:
    after = replace(audit, audited=audit.audited + more, wrong=audit.wrong + round(rate * more))
    return after.wrong_left <= allowed
