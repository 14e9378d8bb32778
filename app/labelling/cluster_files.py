"""The clusters that a step has proposed, read from its published files once a process."""

import json
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from app.core.storage import get_storage
from app.projects.merged import Merged


@dataclass(frozen=True)
class StepClusters:
    """`images` are the ids of the pool in the order of the rows of `cluster` int64[N].

    `likeness` float32[N] says how near an image is to its eigen-sample; None in files of earlier releases.
    `confidences` float32[N, C] is what the model believes; None without one. `categories` are C ids.
    """

    images: list[str]
    rows: dict[str, int]
    cluster: NDArray[np.int64]
    likeness: NDArray[np.float32] | None
    confidences: NDArray[np.float32] | None
    categories: list[str]

    def others(self, image_id: str, member_id: str) -> NDArray[np.int64]:
        """Return int64[n], the rows of the cluster that `member_id` is in, without `image_id`."""
        number = self.cluster[self.rows[member_id]] if member_id in self.rows else -1
        members = np.flatnonzero(self.cluster == number) if number >= 0 else np.zeros(0, dtype=np.int64)
        others: NDArray[np.int64] = members[members != self.rows.get(image_id, -1)]
        return others

    def confidence_in(self, category_id: str, merged: Merged) -> NDArray[np.float32] | None:
        """Return float32[N], how much of the model's belief a category has, with those merged into it."""
        if self.confidences is None:
            return None
        columns = [
            column for column, each in enumerate(self.categories) if merged.get(each, each) == category_id
        ]
        total: NDArray[np.float32] = self.confidences[:, columns].sum(axis=1)
        return np.minimum(total, np.float32(1))


@lru_cache(maxsize=8)
def read_clusters(key: str) -> StepClusters | None:
    """Return the clusters in the files below `key`, which never change; None where there are none.

    FileNotFoundError where they are lost.
    """
    storage = get_storage()
    document = json.loads(storage.read(f"{key}/images.json"))
    arrays = load(storage.read(f"{key}/step.safetensors"))
    if "cluster" not in arrays:
        return None
    images = document["images"][: document["pool"]]
    probabilities = arrays.get("probabilities")
    return StepClusters(
        images=images,
        rows={image_id: row for row, image_id in enumerate(images)},
        cluster=arrays["cluster"].astype(np.int64),
        likeness=arrays.get("likeness"),
        confidences=probabilities[: len(images)] if probabilities is not None else None,
        categories=document["categories"],
    )
