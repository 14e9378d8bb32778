"""What a run measures beside accuracy: how features cluster, and how they look on a plane."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ml.clustering.kmeans import kmeans
from ml.features.vectors import l2_normalised
from ml.lab.clusters import FIGURES, figures
from ml.lab.material import Material
from ml.lab.projection import project, sampled_rows
from ml.step.evolution import Evolution
from ml.whole_file import written_whole

SUFFIX = ".projection.npz"


def clusters_of(material: Material, seed: int) -> dict[str, float]:
    """Return {name: share} of FIGURES, k-means on the encoder's features of the pool, a cluster a class."""
    features, truth = readable(material, material.embedded.embedding.normalised)
    found = figures(kmeans(features, len(material.categories), seed), truth)
    return {name: round(value, 6) for name, value in zip(FIGURES, found, strict=True)}


def readable(
    material: Material, features: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return the rows of `features` that are of readable pool images, and their truth int64[N]."""
    rows = np.flatnonzero(~material.embedded.embedding.unreadable[: len(material.truth)])
    return features[rows], material.truth[rows]


@dataclass
class Projector:
    """Watches a round, for the features before it and, where its encoder is finetuned, those at its end."""

    seed: int
    last: tuple[Evolution, Material] | None = None

    def __call__(self, step: Evolution, material: Material, _asked: int) -> None:
        """Keep the newest step."""
        self.last = step, material

    def save(self, path: Path) -> None:
        """Write `encoder` and `finetuned` float32[N, 2], `truth` int64[N] and `categories` to `path`."""
        assert self.last is not None
        step, material = self.last
        features, truth = readable(material, step.embedded.embedding.normalised)
        rows = sampled_rows(len(truth), self.seed)
        found: dict[str, Any] = {"encoder": project(features[rows], self.seed), "truth": truth[rows]}
        if step.model is not None and step.model.tensors is not None:
            finetuned = readable(material, step.model.features)[0][rows]
            found["finetuned"] = project(l2_normalised(finetuned), self.seed)
        with written_whole(path) as partial, partial.open("wb") as file:
            np.savez_compressed(file, categories=np.array(material.categories), **found)
