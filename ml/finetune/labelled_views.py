"""Random views of the labelled images, batch by batch."""

from collections.abc import Callable, Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from ml.messages import ImageFile

Batch = tuple[torch.Tensor, torch.Tensor]


class Views:
    """Draws labelled images and shows each through `crop`; all chance comes from `generator`.

    With `balanced` every category is drawn as often as any other, whatever its number of labels.
    """

    def __init__(
        self,
        images: list[ImageFile],
        classes: NDArray[np.int64],
        crop: Callable[[str], NDArray[np.uint8]],
        generator: np.random.Generator,
        *,
        balanced: bool = False,
    ) -> None:
        self.images = images
        self.labels = classes
        self.classes = torch.from_numpy(classes)
        self.crop = crop
        self.generator = generator
        self.balanced = balanced

    def epoch(self, batch_size: int, *, least: int = 1) -> Iterator[Batch]:
        """Yield (uint8[B, 3, S, S], int64[B]) over as many images as there are, in random order.

        A last batch of fewer than `least` images becomes part of the one before.
        """
        count = len(self.images)
        balanced = balanced_rows(self.labels, count, self.generator) if self.balanced else None
        order = self.generator.permutation(count) if balanced is None else balanced
        starts = list(range(0, count, batch_size))
        if len(starts) > 1 and count - starts[-1] < least:
            starts.pop()
        for start, end in zip(starts, [*starts[1:], count], strict=True):
            yield self.shown(order[start:end])

    def draw(self, count: int) -> Batch:
        """Return (uint8[count, 3, S, S], int64[count]), drawn with replacement where there are fewer."""
        if self.balanced:
            return self.shown(balanced_rows(self.labels, count, self.generator))
        available = len(self.images)
        return self.shown(self.generator.choice(available, count, replace=available < count))

    def shown(self, rows: NDArray[np.int64]) -> Batch:
        """Return a view of each image of `rows`, and their classes."""
        pixels = np.stack([self.crop(self.images[row].path) for row in rows])
        return torch.from_numpy(pixels).permute(0, 3, 1, 2), self.classes[rows]


def balanced_rows(labels: NDArray[np.int64], count: int, generator: np.random.Generator) -> NDArray[np.int64]:
    """Return int64[count] rows of `labels` in random order, the categories' numbers at most one apart."""
    present = generator.permutation(np.unique(labels))
    drawn = [generator.choice(np.flatnonzero(labels == each)) for each in np.resize(present, count)]
    return generator.permutation(np.array(drawn, dtype=np.int64))
