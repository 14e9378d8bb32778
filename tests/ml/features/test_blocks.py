"""Features read in blocks: a memory map gives what the array gives, and is never copied whole."""

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from ml.clustering.ackmeans import ackmeans
from ml.features import blocks
from ml.features.blocks import FeatureBlocks
from tests.ml.blobs import blobs


def mapped(array: NDArray[np.float32] | NDArray[np.float16], path: Path) -> NDArray[np.float32]:
    np.save(path, array)
    stored: NDArray[np.float32] = np.load(path, mmap_mode="r")
    assert isinstance(stored, np.memmap)
    return stored


@pytest.mark.parametrize("kind", [np.float32, np.float16])
def test_a_memory_map_is_clustered_like_the_array(
    kind: type[np.float32] | type[np.float16], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocks, "READ_ELEMENTS", 2**10)
    features = blobs(12, 150, dimensions=32, noise=0.2)[0].astype(kind)
    anchors = features[:900:150].astype(np.float32)
    stored = mapped(features, tmp_path / "features.npy")
    of_map = ackmeans(stored, anchors, 6, seed=2)
    of_array = ackmeans(features.astype(np.float32), anchors, 6, seed=2)
    np.testing.assert_array_equal(of_map.labels, of_array.labels)
    np.testing.assert_array_equal(of_map.eigen, of_array.eigen)
    np.testing.assert_allclose(of_map.centres, of_array.centres, atol=1e-6)


def test_blocks_come_in_order_and_cover_every_row(tmp_path: Path) -> None:
    features, _ = blobs(3, 7)
    for stored in (features, mapped(features.astype(np.float16), tmp_path / "half.npy")):
        read = [(rows, block.clone()) for rows, block in FeatureBlocks(stored, "cpu").read(4)]
        assert [rows.start for rows, _ in read] == [0, 4, 8, 12, 16, 20]
        np.testing.assert_array_equal(torch.cat([block for _, block in read]), stored.astype(np.float32))


def test_rows_are_taken_as_float32(tmp_path: Path) -> None:
    features, _ = blobs(3, 7)
    stored = mapped(features.astype(np.float16), tmp_path / "half.npy")
    taken = FeatureBlocks(stored, "cpu").take(torch.tensor([20, 3]))
    assert taken.dtype == torch.float32
    np.testing.assert_array_equal(taken, stored[[20, 3]].astype(np.float32))
