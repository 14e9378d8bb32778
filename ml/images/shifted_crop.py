"""A random square of an image that was resized to a little more than the square's side."""

import numpy as np
from numpy.typing import NDArray

from ml.images.dataset import read_image
from ml.images.transforms import Framing


class ShiftedCrop:
    """A random `size` x `size` part of an image whose shorter side became `enlarged` times as long.

    With a `framing` that squashes, both sides did. With `flip` it is mirrored half the time.
    """

    def __init__(
        self, size: int, generator: np.random.Generator, *, flip: bool, framing: Framing, enlarged: float
    ) -> None:
        self.size = size
        self.generator = generator
        self.flip = flip
        self.framing = framing
        self.longest = max(size, round(size * enlarged))

    def __call__(self, path: str) -> NDArray[np.uint8]:
        """Return a random view of the image at `path` as uint8[size, size, 3]."""
        image = read_image(path, self.longest)
        scale = self.longest / min(image.size)
        sides = [self.longest if self.framing.squashed else round(side * scale) for side in image.size]
        shape = (max(self.longest, sides[0]), max(self.longest, sides[1]))
        resized = np.asarray(image.resize(shape, self.framing.resampling))
        left = int(self.generator.integers(shape[0] - self.size + 1))
        top = int(self.generator.integers(shape[1] - self.size + 1))
        pixels = resized[top : top + self.size, left : left + self.size]
        return pixels[:, ::-1] if self.flip and self.generator.random() < 0.5 else pixels
