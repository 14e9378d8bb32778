"""What a page costs the person who looks at it."""

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from ml.config import FrozenModel


class Costs(FrozenModel):
    """Gestures (keys and clicks) and seconds that the steps of a person's work take.

    A page is corrected by painting: a category is chosen once (`category`) and each of its images clicked
    (`image`), or the first and the last of several in a row (`span`). What is left is confirmed with one key
    (`page`), which may be the key of another category.
    """

    label: int = Field(1, ge=0, description="Gestures of a label that is asked singly, in an audit too.")
    page: int = Field(1, ge=0)
    category: int = Field(1, ge=0)
    image: int = Field(1, ge=0)
    span: int = Field(2, ge=0)
    label_seconds: float = Field(2.0, ge=0, description="Of a label that is asked singly.")
    look_seconds: float = Field(0.15, ge=0, description="For each image of a page.")
    gesture_seconds: float = Field(0.8, ge=0, description="For each gesture on a page.")

    def gestures(self, labels: NDArray[np.int64]) -> int:
        """Return the gestures that make a page of `labels` int64[n], by the cheapest way to paint it."""
        painted = [self._painted(labels == label) for label in np.unique(labels)]
        # The dearest is not painted: the rest of the page is confirmed as it, by its own key if need be.
        return self.page + sum(painted) - max(painted)

    def seconds(self, labels: int, images: int, gestures: int) -> float:
        """Return the seconds of `labels` asked singly, and of pages with `images` and `gestures`."""
        return labels * self.label_seconds + images * self.look_seconds + gestures * self.gesture_seconds

    def _painted(self, member: NDArray[np.bool_]) -> int:
        """Return the gestures that paint the images of a page that are `member` bool[n] with one category."""
        edges = np.flatnonzero(np.diff(np.concatenate([[False], member, [False]])))
        lengths = edges[1::2] - edges[::2]
        singly = lengths * self.image
        spans = np.where(lengths > 1, np.minimum(singly, self.span), singly)
        return self.category + int(spans.sum())
