"""`eigenlab knn`: what an encoder is worth before anything is trained on it."""

from pathlib import Path

import numpy as np

from ml.backbone import open_encoder
from ml.embed import choose_image_size, embed_images
from ml.lab.collections import read_collection
from ml.lab.encoders import encoder_named
from ml.metrics import knn_accuracy
from ml.progress import Progress, within
from ml.vectors import l2_normalised


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
    known, asked = read_collection(pool, "pool", cache), read_collection(test, "test", cache)
    encoder = open_encoder(encoder_named(name, image_size), cache)
    size = choose_image_size(encoder, image_size, known.images)
    part = len(known.images) / (len(known.images) + len(asked.images))
    features = [
        l2_normalised(embed_images(encoder, images, size, cache, within(progress, *span)).features)
        for images, span in ((known.images, (0.0, part)), (asked.images, (part, 1.0)))
    ]
    truth = [np.array(each.truth(known.categories), dtype=np.int64) for each in (known, asked)]
    return knn_accuracy(features[0], features[1], truth[0], truth[1], neighbours=neighbours)
