"""`eigenlab knn`: what an encoder is worth before anything is trained on it."""

from pathlib import Path

import numpy as np

from ml.lab.encoders import encoder_named
from ml.lab.material import read_material
from ml.metrics.representation import knn_accuracy
from ml.progress import Progress


def knn_accuracy_of(
    name: str,
    image_size: int | None,
    *,
    pool: str,
    test: str,
    neighbours: int,
    cache: Path,
    progress: Progress,
) -> float:
    """Return the top-1 accuracy of a vote of the nearest pool images on the test images."""
    material = read_material(pool, test, encoder_named(name, image_size), cache, progress)
    known, asked = np.split(material.embedded.embedding.normalised, [len(material.truth)])
    test_truth = np.array(material.test_truth, dtype=np.int64)
    return knn_accuracy(known, asked, material.truth, test_truth, neighbours=neighbours)
