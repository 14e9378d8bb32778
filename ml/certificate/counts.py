"""How many images each category has, from the model's labels and an audit of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.certificate.bounds import anytime_bound


@dataclass(frozen=True)
class Counts:
    """Images a category, float64[C]: `estimate`, and an interval from `low` to `high` for each."""

    estimate: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def category_counts(
    known: NDArray[np.int64],
    predicted: NDArray[np.int64],
    answers: NDArray[np.int64],
    categories: int,
    alpha: float,
) -> Counts:
    """Return the counts of a set: `known` int64[n] seen by people, the others `predicted` int64[U] only.

    `predicted` are the labels audited, in the order of the audit, and `answers` int64[a] what people said of
    the first. The estimate is that of prediction-powered inference (Angelopoulos et al. 2023): the count of
    predictions plus what the audit says that it is off by. The interval is exact for a finite set: what a
    category gains and what it loses are numbers of wrong labels, each with its own bound, that are below
    with a probability of 1 - `alpha` at every size of the audit; each category by itself.
    """
    audited, population = len(answers), len(predicted)
    if audited > population:
        raise ValueError(f"{audited} answers about {population} labels cannot be")
    sure = np.bincount(known, minlength=categories) + np.bincount(answers, minlength=categories)
    rest = np.bincount(predicted[audited:], minlength=categories)
    estimate, low, high = (np.zeros(categories) for _ in range(3))
    for category in range(categories):
        inside, said = predicted == category, answers == category
        asked = inside[:audited]
        lost, gained = int((asked & ~said).sum()), int((~asked & said).sum())
        left = population - audited
        losses = most_left(int(inside.sum()), int(asked.sum()), lost, alpha / 2)
        gains = most_left(int((~inside).sum()), int((~asked).sum()), gained, alpha / 2)
        low[category], high[category] = rest[category] - losses, rest[category] + gains
        shift = left * (gained - lost) / audited if audited else 0.0
        estimate[category] = np.clip(rest[category] + shift, low[category], high[category])
    return Counts(sure + estimate, sure + low, sure + high)


def most_left(population: int, audited: int, wrong: int, alpha: float) -> int:
    """Return how many of the `population` labels not audited are wrong at most."""
    return anytime_bound(population, audited, wrong, alpha) - wrong
