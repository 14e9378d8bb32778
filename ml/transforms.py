"""From an image to the pixels an encoder sees."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ml.dataset import read_image

PREPROCESSING_VERSION = "2"  # 2: ml/imaging reads the images (ADR 19)


def resize_and_crop(image: Image.Image, size: int) -> Image.Image:
    """Return the centre `size` x `size` of `image` after resizing its shorter side to `size` (bicubic)."""
    width, height = image.size
    scale = size / min(width, height)
    resized = image.resize(
        (max(size, round(width * scale)), max(size, round(height * scale))), Image.Resampling.BICUBIC
    )
    left, top = (resized.width - size) // 2, (resized.height - size) // 2
    return resized.crop((left, top, left + size, top + size))


def load_pixels(path: str, size: int) -> NDArray[np.uint8]:
    """Return the image at `path` as uint8[size, size, 3], resized and centre-cropped."""
    return np.asarray(resize_and_crop(read_image(path, size), size))


class TrainingCrop:
    """Random resized crop and horizontal flip, the paper's finetuning augmentation."""

    area = (0.2, 1.0)
    aspect = (3 / 4, 4 / 3)
    attempts = 10

    def __init__(self, size: int, generator: np.random.Generator) -> None:
        self.size = size
        self.generator = generator

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
        view = image.resize(shape, Image.Resampling.BICUBIC, box=self.box(*image.size))
        pixels = np.asarray(view)
        return pixels[:, ::-1] if self.generator.random() < 0.5 else pixels
