"""An audit: people answer a uniform sample of labels that nobody has seen, without the model's guess.

The labels in question are frozen while it lasts. The sample is a random order of all of them, taken from the
front: it is drawn without replacement, however many are answered. What somebody sees by other ways meanwhile
answers its place in the order too, and costs nothing more.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ml.certificate.bounds import anytime_bound

Answer = Literal["right", "wrong", "skipped"]

# Of the error that is left, each attempt takes so much. Most audits pass at the first.
SPENT = 0.75


def audit_order(rows: NDArray[np.int64], seed: int) -> NDArray[np.int64]:
    """Return `rows` int64[U] in the random order in which they are audited."""
    return np.random.default_rng([seed, 4]).permutation(rows)


def alpha_of(alpha: float, attempt: int) -> float:
    """Return the error that audit number `attempt` (1, 2, ...) may make, so that all together make `alpha`.

    An audit that is given up and followed by another one is a second chance, and would make the promise of
    the certificate void if each had all of `alpha`.
    """
    return float(alpha * SPENT * (1 - SPENT) ** (attempt - 1))


def wrong_allowed(images: int, goal: float) -> int:
    """Return how many of `images` labels may be wrong where at most a share `goal` may."""
    return floor(goal * images + 1e-9)


@dataclass(frozen=True)
class Audit:
    """`wrong` of `audited` answers said that the label was wrong, of `population` labels that were unseen.

    A label that was wrong is corrected by its answer, so that the image counts as seen. `skipped` of the
    wrong ones are images that nobody could tell: their labels stay, and stay wrong. At most a share
    `mistakes` of the answers of people are taken to be wrong themselves. What the audit says is wrong with a
    probability of `alpha` at most, however often one has looked.
    """

    population: int
    alpha: float
    audited: int = 0
    wrong: int = 0
    mistakes: float = 0.0
    skipped: int = 0

    def answered(self, *, wrong: bool, skipped: bool = False) -> "Audit":
        """Return the audit after one more answer; one that was skipped counts as wrong."""
        return replace(
            self,
            audited=self.audited + 1,
            wrong=self.wrong + (wrong or skipped),
            skipped=self.skipped + skipped,
        )

    @property
    def named(self) -> int:
        """Return how many images the audit gave a label, or confirmed the one that they had."""
        return self.audited - self.skipped

    @property
    def wrong_left(self) -> int:
        """Return the most labels that are wrong among those not seen now, the skipped included."""
        unnoticed = min(ceil(self.mistakes * self.audited), self.audited - self.wrong)
        found = range(self.wrong, self.wrong + unnoticed + 1)
        left = max(anytime_bound(self.population, self.audited, k, self.alpha) - k for k in found)
        return left + self.skipped

    def wrong_at_most(self, seen: int) -> int:
        """Return the most wrong labels in a set of which `seen` were seen by people before the audit."""
        return self.wrong_left + ceil(self.mistakes * (seen + self.named))

    def with_answers(self, answers: Iterable[Answer | None]) -> "Audit":
        """Return the audit after `answers` in the order in which the images were drawn; None: not yet there.

        Only those before the first gap count. Which answers come late depends on what the images show: those
        that came first are no uniform sample, and would pass too easily where what is wrong is hard to tell.
        """
        audit = self
        for answer in answers:
            if answer is None:
                break
            audit = audit.answered(wrong=answer == "wrong", skipped=answer == "skipped")
        return audit
