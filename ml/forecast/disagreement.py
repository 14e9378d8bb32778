"""Whether the model contradicts somebody's newest answers more often than chance explains.

An answer is contradicted where the model, before it learned from it, called the image otherwise. That happens
to everybody: images are asked about because they are in doubt. So the newest answers of a person are compared
with their earlier ones, and with those of the others in the same steps, by Fisher's exact test (1935),
one-sided.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb

# Answers that count as the newest.
NEWEST = 20
# So many others at least say what is usual.
REFERENCE = 20
# Of one look. Looked at after each of 200 answers, fewer than 1 in 50 people are named by chance.
LEVEL = 0.0005


@dataclass(frozen=True)
class Contradicted:
    """Of `answers` the model contradicted `wrong`."""

    wrong: int
    answers: int

    @property
    def share(self) -> float:
        """Return the share that was contradicted; 0 of none."""
        return self.wrong / self.answers if self.answers else 0.0


@dataclass(frozen=True)
class Alarm:
    """The newest answers of a person, and those that they stand out from; without enough of them None."""

    newest: Contradicted
    earlier: Contradicted | None
    others: Contradicted | None


def alarm(own: Sequence[bool], others: Sequence[bool]) -> Alarm | None:
    """Return an alarm where the newest of `own` answers are contradicted too often, else None.

    `own` says of each answer of a person, the oldest first, whether the model contradicted it; `others` the
    same of other people's in the steps of the newest. They have to stand out from both, where there are
    enough of them, and from one at least.
    """
    if len(own) < NEWEST:
        return None
    newest = counted(own[-NEWEST:])
    references = [counted(own[:-NEWEST]), counted(others)]
    usual = [each if each.answers >= REFERENCE else None for each in references]
    known = [each for each in usual if each is not None]
    if not known or any(tail(newest, each) >= LEVEL for each in known):
        return None
    return Alarm(newest, usual[0], usual[1])


def counted(answers: Sequence[bool]) -> Contradicted:
    """Return how many of `answers` were contradicted."""
    return Contradicted(sum(answers), len(answers))


@lru_cache(maxsize=10_000)
def tail(newest: Contradicted, usual: Contradicted) -> float:
    """Return the chance of as many contradicted `newest` answers or more, all answers being alike.

    That is the hypergeometric tail, given how many of all were contradicted.
    """
    wrong = newest.wrong + usual.wrong
    ways = sum(
        comb(newest.answers, k) * comb(usual.answers, wrong - k)
        for k in range(newest.wrong, min(newest.answers, wrong) + 1)
    )
    return ways / comb(newest.answers + usual.answers, wrong)
