"""`eigenlab clusters` and `project` on a small collection."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from ml.clustering.kmeans import kmeans
from ml.errors import UnusableInputError
from ml.lab import cli
from ml.lab.clusters import clustering_table
from tests.ml.blobs import blobs


def eigenlab(folders: Path, *arguments: str) -> str:
    """Return what `eigenlab` prints about the pool of `folders`."""
    command = [
        *arguments,
        "--pool",
        str(folders / "pool"),
        "--cache",
        str(folders / "cache"),
        "--image-size",
        "64",
    ]
    result = CliRunner().invoke(cli.app, command, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_clear_groups_are_found_whole() -> None:
    features, group = blobs(3, 20)
    assert clustering_table(features, group, 3, [0, 1]).splitlines()[2] == (
        "| 100.0 ± 0.0 | 100.0 ± 0.0 | 100.0 ± 0.0 | 100.0 ± 0.0 | 100.0 ± 0.0 |"
    )
    # One cluster of three equal classes: precision and accuracy are 1/3, recall is 1, F their mean.
    assert clustering_table(features, group, 1, [0]).splitlines()[2] == (
        "| 33.3 ± 0.0 | 100.0 ± 0.0 | 50.0 ± 0.0 | 0.0 ± 0.0 | 33.3 ± 0.0 |"
    )


def test_one_seed_gives_one_clustering() -> None:
    features, _ = blobs(4, 10, noise=1.0)
    assert np.array_equal(kmeans(features, 6, 1), kmeans(features, 6, 1))
    assert not np.array_equal(kmeans(features, 6, 1), kmeans(features, 6, 2))
    with pytest.raises(UnusableInputError, match="40 images cannot make 41 clusters"):
        kmeans(features, 41, 0)


def test_clusters_are_as_many_as_classes_or_as_told(folders: Path) -> None:
    assert "36 images, 3 clusters, 3 seeds" in eigenlab(folders, "clusters")
    assert "36 images, 5 clusters, 2 seeds" in eigenlab(
        folders, "clusters", "--clusters", "5", "--seeds", "0,1"
    )


def test_a_projection_is_drawn(folders: Path, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    pytest.importorskip("openTSNE")
    picture = tmp_path / "p.png"
    assert "36 of 36 images" in eigenlab(folders, "project", "--out", str(picture))
    with Image.open(picture) as image:
        colours = {colour for _, colour in image.convert("RGB").getcolors(2**24) or []}
    assert len(colours) > 3
