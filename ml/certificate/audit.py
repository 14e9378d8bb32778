"""An audit: people answer a uniform sample of labels that nobody has seen, without the model's guess.

The labels in question are frozen while it lasts. The sample is a random order of all of them, taken from the
front: it is drawn without replacement, however many are answered. What somebody sees by other ways meanwhile
answers its place in the order too, and costs nothing more.
"""

from dataclasses import dataclass, replace
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from ml.certificate.bounds import anytime_bound

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

    A label that was wrong is corrected by its answer, so that the image counts as seen. At most a share
    `mistakes` of the answers of people are taken to be wrong themselves. What the audit says is wrong with a
    probability of `alpha` at most, however often one has looked.
    """

    population: int
    alpha: float
    audited: int = 0
    wrong: int = 0
    mistakes: float = 0.0

    def answered(self, *, wrong: bool) -> "Audit":
        """Return the audit after one more answer."""
        return replace(self, audited=self.audited + 1, wrong=self.wrong + wrong)

    @property
    def wrong_left(self) -> int:
        """Return the most labels that are wrong among those that nobody has seen now."""
        unnoticed = min(ceil(self.mistakes * self.audited), self.audited - self.wrong)
        found = range(self.wrong, self.wrong + unnoticed + 1)
        return max(anytime_bound(self.population, self.audited, k, self.alpha) - k for k in found)

    def wrong_at_most(self, seen: int) -> int:
        """Return the most wrong labels in a set of which `seen` were seen by people before the audit."""
        return self.wrong_left + ceil(self.mistakes * (seen + self.audited))
