"""Telling a damaged file from a fault of ours: only what a decoder raises says something about the file."""

from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image


class DamagedImageError(ValueError):
    """A decoder can make nothing of the file."""


@contextmanager
def decoder_errors() -> Iterator[None]:
    """Raise DamagedImageError for whatever the decoder that is called in the block stumbles over.

    On damaged files they raise nearly anything, TypeError, RuntimeError and zipfile.BadZipFile too: blocks
    hold calls of libraries alone, so that the same from our own code is no damaged image.
    """
    try:
        yield
    except (OSError, MemoryError, Image.DecompressionBombError, DamagedImageError):
        raise
    except Exception as error:
        raise DamagedImageError(f"{type(error).__name__}: {error}".splitlines()[0]) from error
