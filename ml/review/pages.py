"""Pages: images that are shown as one category, neighbours side by side."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.review.belief import Belief
from ml.review.modes import NO_CATEGORY, Candidates, Mode, candidates


@dataclass(frozen=True)
class Page:
    """`rows` int64[n] of the pool in the order in which they are shown, all as `category`.

    A page without a category (None) says nothing of its images: they have to be named.
    """

    rows: NDArray[np.int64]
    category: int | None

    @property
    def labels(self) -> NDArray[np.int64]:
        """Return int64[n], what the page says of its images; -1 where it says nothing."""
        return np.full(
            len(self.rows), NO_CATEGORY if self.category is None else self.category, dtype=np.int64
        )


def next_page(belief: Belief, shown: NDArray[np.bool_], size: int, mode: Mode = "surest") -> Page | None:
    """Return the page of up to `size` images that `mode` puts first, or None where it has nothing to show.

    Rows with `shown` bool[N] are left out: they cannot be read, or are on the page of somebody else. A full
    page goes before one that is not; of these, the one with the highest scores on average.
    """
    return page_of(belief, candidates(belief, shown, mode), size, mode)


def pages_of(belief: Belief, shown: NDArray[np.bool_], size: int, mode: Mode, most: int) -> list[Page]:
    """Return up to `most` pages, the first first, that show no image twice: those that `next_page` would.

    What a mode has to show is found once for all of them.
    """
    found, pages = candidates(belief, shown, mode), list[Page]()
    while len(pages) < most and (page := page_of(belief, found, size, mode)) is not None:
        pages.append(page)
        left = ~np.isin(found.rows, page.rows)
        found = Candidates(found.rows[left], found.categories[left], found.scores[left])
    return pages


def page_of(belief: Belief, found: Candidates, size: int, mode: Mode) -> Page | None:
    """Return the page of up to `size` of the images `found` that `mode` puts first; None without any."""
    if not len(found.rows):
        return None
    if mode == "far":
        rows = around_the_first(belief, found, size)
        return Page(rows[side_by_side(belief.features[rows])], None)
    pages = [best_of(found, category, size) for category in np.unique(found.categories)]
    rows, category, _ = max(pages, key=lambda page: (len(page[0]) == size, page[2]))
    return Page(rows[side_by_side(belief.features[rows])], category)


def best_of(found: Candidates, category: int, size: int) -> tuple[NDArray[np.int64], int, float]:
    """Return up to `size` rows of `category` with the highest scores, the category, and the mean score."""
    own = np.flatnonzero(found.categories == category)
    best = own[np.argsort(-found.scores[own], kind="stable")[:size]]
    return found.rows[best], int(category), float(found.scores[best].mean())


def around_the_first(belief: Belief, found: Candidates, size: int) -> NDArray[np.int64]:
    """Return the first row and up to `size` - 1 of the like, so that what is new to the model comes together.

    They are its nearest neighbours among those whose score is in the upper half, or enough for a page.
    """
    order = np.argsort(-found.scores, kind="stable")
    rows = found.rows[order[: max(size, len(order) // 2)]]
    near = belief.features[rows] @ belief.features[rows[0]]
    near[0] = np.inf
    return rows[np.argsort(-near, kind="stable")[:size]]


def side_by_side(features: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return int64[n], an order of unit-length `features` [n, D] that begins with the first.

    Each is followed by the most similar one left, so that those that do not belong come together.
    """
    count = len(features)
    similarity = features @ features.T
    order = np.zeros(count, dtype=np.int64)
    left = np.zeros(count, dtype=np.float32)
    for place in range(1, count):
        left[order[place - 1]] = -np.inf
        order[place] = int((similarity[order[place - 1]] + left).argmax())
    return order
