"""Pages of memory-mapped features: given back once they have been read at random, and still readable."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from ml.features.memory_map import read_at_random

MEGABYTES = 16


def resident_file_pages() -> float:
    """Return the megabytes of files that this process holds in memory."""
    status = Path("/proc/self/status").read_text()
    return float(next(line.split()[1] for line in status.splitlines() if line.startswith("RssFile"))) / 1024


@pytest.fixture
def mapped() -> Iterator[np.memmap[tuple[int, int], np.dtype[np.float16]]]:
    """Return float16[N, 512] of which row i holds i, on a disk: a file system in memory keeps its pages."""
    shape = (MEGABYTES * 1024, 512)
    with TemporaryDirectory(dir="/var/tmp") as folder:
        path = Path(folder) / "features"
        np.broadcast_to(np.arange(shape[0]).astype(np.float16)[:, None], shape).tofile(path)
        yield np.memmap(path, dtype=np.float16, mode="r", shape=shape)


@pytest.mark.parametrize("first", [0, 100])
def test_pages_are_given_back_also_where_only_a_part_was_read(
    mapped: np.memmap[tuple[int, int], np.dtype[np.float16]], first: int
) -> None:
    part = mapped[first:]
    with read_at_random(part):
        assert float(part.max()) == np.float16(len(mapped) - 1)
        held = resident_file_pages()
    assert held - resident_file_pages() > MEGABYTES * 0.9
    assert part[5, 3] == first + 5


def test_features_in_memory_are_left_alone() -> None:
    features = np.ones((4, 2), dtype=np.float32)
    with read_at_random(features[1:]):
        features[2] = 3
    assert features.sum() == 12
