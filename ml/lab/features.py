"""The labelled features of one collection, for commands that look at an encoder rather than at a round."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.encoders.embed import embed_collection
from ml.lab.collections import read_collection
from ml.lab.encoders import encoder_named
from ml.progress import Progress


@dataclass(frozen=True)
class Labelled:
    """The readable images of a collection: `features` float32[N, D] of unit length and `truth` int64[N]."""

    name: str
    features: NDArray[np.float32]
    truth: NDArray[np.int64]
    categories: list[str]


def labelled_features(
    location: str, encoder: str, image_size: int | None, cache: Path, progress: Progress
) -> Labelled:
    """Return the features of the pool at `location`, through the cache."""
    collection = read_collection(location, "pool", cache)
    file = encoder_named(encoder, image_size)
    embedding = embed_collection(file, collection.images, [], cache, progress).embedding
    readable = ~embedding.unreadable
    truth = np.array(collection.truth(collection.categories), dtype=np.int64)
    return Labelled(collection.name, embedding.normalised[readable], truth[readable], collection.categories)
