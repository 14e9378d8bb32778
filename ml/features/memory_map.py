"""How the pages of memory-mapped features are read from the disk and held."""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager

from ml.features.blocks import Features


@contextmanager
def read_at_random(features: Features) -> Iterator[None]:
    """Have rows of `features` read singly, not with what lies around them; give the pages back at the end.

    That counts where memory is short: the pages of a map are the first to go, and each that is read in vain
    drives out another. Features that are no memory map, and systems that take no such advice, are left alone.
    """
    pages = _mapping(features)
    if pages is not None:
        pages.madvise(mmap.MADV_RANDOM)
    try:
        yield
    finally:
        if pages is not None:
            pages.madvise(mmap.MADV_NORMAL)
            pages.madvise(mmap.MADV_DONTNEED)


def _mapping(features: Features) -> mmap.mmap | None:
    base: object = features
    while (below := getattr(base, "base", None)) is not None:
        base = below
    return base if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_RANDOM") else None
