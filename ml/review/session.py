"""A review: pages, the labels that people leave on them, and the head that learns behind."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ml.review.belief import Belief
from ml.review.modes import Mode
from ml.review.pages import Page, next_page

Learn = Callable[[NDArray[np.int64]], NDArray[np.float32]]


@dataclass(frozen=True)
class Paging:
    """Pages of up to `size` images by `mode`; a fit every `refit_every` pages (0: never)."""

    size: int = 48
    refit_every: int = 4
    mode: Mode = "surest"


class Review:
    """Hands out pages of a pool and takes what people make of them.

    `learn` turns labels int64[N], -1 where nobody has seen the image, into probabilities float32[N, C]. Rows
    of `unreadable` bool[N] are never shown. `belief` is what the pages are made of.
    """

    def __init__(self, belief: Belief, learn: Learn, paging: Paging, unreadable: NDArray[np.bool_]) -> None:
        self.belief = belief
        self.learn = learn
        self.paging = paging
        self.shown = unreadable.copy()
        self.unreadable = unreadable
        self.answered = 0

    @property
    def unseen(self) -> NDArray[np.int64]:
        """Return the readable rows that nobody has seen."""
        return np.flatnonzero(~self.belief.seen & ~self.unreadable)

    @property
    def labels(self) -> NDArray[np.int64]:
        """Return int64[N]: the label of a person where there is one, else the model's."""
        return np.where(self.belief.seen, self.belief.labels, self.belief.predicted)

    @property
    def refit_due(self) -> bool:
        """Return whether enough pages were answered since the last fit."""
        return bool(self.paging.refit_every) and self.answered >= self.paging.refit_every

    def page(self) -> Page | None:
        """Return the next page, which nobody else gets until it is answered or given back; None: no more.

        Where the mode has nothing left, the surest images follow.
        """
        page = next_page(self.belief, self.shown, self.paging.size, self.paging.mode)
        if page is None and self.paging.mode != "surest":
            page = next_page(self.belief, self.shown, self.paging.size)
        if page is not None:
            self.shown[page.rows] = True
        return page

    def give_back(self, page: Page) -> None:
        """Let the images of `page` be shown again."""
        self.shown[page.rows] = False

    def answer(self, page: Page, labels: NDArray[np.int64]) -> None:
        """Take `labels` int64[n] for the rows of `page`, as they were confirmed or corrected."""
        self.take(page.rows, labels)
        self.give_back(page)
        self.answered += 1

    def take(self, rows: NDArray[np.int64], labels: NDArray[np.int64]) -> None:
        """Take `labels` int64[n] that people gave for `rows` int64[n]."""
        known = self.belief.labels.copy()
        known[rows] = labels
        self.belief = replace(self.belief, labels=known)

    def refit(self) -> None:
        """Fit the head to all that is known."""
        probabilities = self.learn(self.belief.labels)
        self.belief = replace(self.belief, probabilities=probabilities, before=self.belief.predicted)
        self.answered = 0
