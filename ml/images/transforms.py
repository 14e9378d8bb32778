"""From an image to the pixels an encoder sees."""

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydantic import BaseModel, ConfigDict, Field

from ml.images.dataset import read_image

Interpolation = Literal["nearest", "bilinear", "bicubic", "lanczos"]
INTERPOLATIONS: tuple[str, ...] = get_args(Interpolation)


class Framing(BaseModel):
    """Which part of an image an encoder sees: of the shorter side, the share `kept` in the middle.

    With `squashed` both sides are resized to the same length instead. timm's networks have each their own.
    """

    model_config = ConfigDict(frozen=True)

    interpolation: Interpolation = "bicubic"
    kept: float = Field(1.0, gt=0, le=1)
    squashed: bool = False

    @property
    def resampling(self) -> Image.Resampling:
        """Return Pillow's name of the interpolation."""
        return Image.Resampling[self.interpolation.upper()]

    def described(self) -> str:
        """Return the framing in words, for a person who writes it again elsewhere."""
        side = "both sides" if self.squashed else "shorter side"
        length = "image_size" if self.kept == 1 else f"floor(image_size / {self.kept:g})"
        return f"{side} to {length} ({self.interpolation}), centre crop of image_size"


WHOLE = Framing()


def resize_and_crop(image: Image.Image, size: int, framing: Framing = WHOLE) -> Image.Image:
    """Return the centre `size` x `size` of `image` after resizing it as `framing` says."""
    longest = max(size, int(size / framing.kept))
    width, height = image.size
    scale = longest / min(width, height)
    shape = (
        (longest, longest)
        if framing.squashed
        else (max(longest, round(width * scale)), max(longest, round(height * scale)))
    )
    resized = image.resize(shape, framing.resampling)
    left, top = (resized.width - size) // 2, (resized.height - size) // 2
    return resized.crop((left, top, left + size, top + size))


def load_pixels(path: str, size: int, framing: Framing = WHOLE) -> NDArray[np.uint8]:
    """Return the image at `path` as uint8[size, size, 3], resized and centre-cropped."""
    return np.asarray(resize_and_crop(read_image(path, size), size, framing))


class TrainingCrop:
    """Random resized crop and, with `flip`, a mirror image half the time: the paper's augmentation.

    The part shown has at least the share `smallest` of the image's area.
    """

    aspect = (3 / 4, 4 / 3)
    attempts = 10

    def __init__(
        self,
        size: int,
        generator: np.random.Generator,
        *,
        flip: bool,
        framing: Framing = WHOLE,
        smallest: float = 0.2,
    ) -> None:
        self.area = (smallest, 1.0)
        self.size = size
        self.generator = generator
        self.flip = flip
        self.framing = framing

    def box(self, width: int, height: int) -> tuple[float, float, float, float]:
        """Return (left, top, right, bottom) of a random part of an image of `width` x `height`."""
        for _ in range(self.attempts):
            pixels = width * height * self.generator.uniform(*self.area)
            ratio = float(np.exp(self.generator.uniform(*np.log(self.aspect))))
            wide, high = float(np.sqrt(pixels * ratio)), float(np.sqrt(pixels / ratio))
            if wide <= width and high <= height:
                left = self.generator.uniform(0, width - wide)
                top = self.generator.uniform(0, height - high)
                return left, top, left + wide, top + high
        side = min(width, height)
        left, top = (width - side) / 2, (height - side) / 2
        return left, top, left + side, top + side

    def __call__(self, path: str) -> NDArray[np.uint8]:
        """Return a random view of the image at `path` as uint8[size, size, 3]."""
        image = read_image(path, self.size)
        shape = (self.size, self.size)
        view = image.resize(shape, self.framing.resampling, box=self.box(*image.size))
        pixels = np.asarray(view)
        return pixels[:, ::-1] if self.flip and self.generator.random() < 0.5 else pixels
