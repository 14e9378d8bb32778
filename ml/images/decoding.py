"""Decoding images in threads, a few batches ahead of the network."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from ml.images.files.formats import UNDECODABLE
from ml.images.transforms import WHOLE, Framing, load_pixels
from ml.messages import ImageFile
from ml.runtime import available_cores

BATCHES_AHEAD = 4
Pixels = NDArray[np.uint8]


def load_batch(
    images: list[ImageFile], size: int, framing: Framing = WHOLE
) -> tuple[list[ImageFile], list[Pixels]]:
    """Return those of `images` that can be decoded, with their uint8[size, size, 3] pixels."""
    readable, pixels = [], []
    for image in images:
        try:
            pixels.append(load_pixels(image.path, size, framing))
        except UNDECODABLE:
            continue
        readable.append(image)
    return readable, pixels


def decoded_batches(
    images: list[ImageFile], size: int, batch_size: int, framing: Framing = WHOLE
) -> Iterator[tuple[list[ImageFile], list[Pixels]]]:
    """Yield `load_batch` of consecutive batches, in order, decoding ahead in one thread per core."""
    pending: deque[Future[tuple[list[ImageFile], list[Pixels]]]] = deque()
    with ThreadPoolExecutor(available_cores(), thread_name_prefix="decode") as pool:
        try:
            for start in range(0, len(images), batch_size):
                pending.append(pool.submit(load_batch, images[start : start + batch_size], size, framing))
                if len(pending) > BATCHES_AHEAD:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
