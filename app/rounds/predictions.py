"""What the newest model says of every image, decoded from the step's blob once a process."""

import json
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load
from sqlalchemy.orm import Session

from app.core.storage import get_storage
from app.projects.merged import Merged, read_merged
from app.rounds.newest import TrainedStep, newest_model

CONFIDENCE_DIGITS = 6


@dataclass(frozen=True, eq=False)
class Predictions:
    """`rows` maps an image id to its row in `best` int64[N] and `confidence` float32[N].

    An image that could not be read has no row, though the model was to see it: it is in `seen` only.
    `ordered` are the image ids sorted; `best` indexes `categories`, which are ids.
    """

    model: TrainedStep
    categories: list[str]
    rows: dict[str, int]
    seen: frozenset[str]
    ordered: list[str]
    best: NDArray[np.int64]
    confidence: NDArray[np.float32]

    def after(self, image_id: str, count: int) -> list[str]:
        """Return the next `count` image ids in their order."""
        start = bisect_right(self.ordered, image_id)
        return self.ordered[start : start + count]

    def of(self, image_id: str) -> tuple[str, float] | None:
        """Return (category id, confidence) for an image, or None where the model has not seen it.

        The confidence is rounded here, so that it is the same number wherever it is shown or exported.
        """
        row = self.rows.get(image_id)
        if row is None:
            return None
        return self.categories[self.best[row]], round(float(self.confidence[row]), CONFIDENCE_DIGITS)


def latest_predictions(session: Session, project_id: str) -> Predictions | None:
    """Return the predictions of the project's newest model; None where no step has trained one yet."""
    model = newest_model(session, project_id)
    return predictions_of(model, read_merged(session, project_id)) if model else None


def predictions_of(model: TrainedStep, merged: Merged) -> Predictions:
    """Return what a step's model says; categories that were `merged` since count as those they are now."""
    return _read(model, tuple(sorted(merged.items())))


@lru_cache(maxsize=4)
def _read(model: TrainedStep, merged: tuple[tuple[str, str], ...]) -> Predictions:
    """Read a step's published files, which never change."""
    parts = [_part(key, dict(merged)) for key in (model.key, *model.later_keys)]
    images = [name for part in parts for name in part.images]
    unreadable = {name for part in parts for name in part.unreadable}
    rows = {name: row for row, name in enumerate(images) if name not in unreadable}
    return Predictions(
        model=model,
        categories=parts[0].categories,
        rows=rows,
        seen=frozenset(images),
        ordered=sorted(rows),
        best=np.concatenate([part.probabilities.argmax(axis=1) for part in parts]),
        confidence=np.concatenate([part.probabilities.max(axis=1) for part in parts]),
    )


@dataclass(frozen=True)
class _Part:
    images: list[str]
    unreadable: list[str]
    categories: list[str]
    probabilities: NDArray[np.float32]


def _part(key: str, merged: Merged) -> _Part:
    storage = get_storage()
    document = json.loads(storage.read(f"{key}/images.json"))
    probabilities = load(storage.read(f"{key}/step.safetensors"))["probabilities"]
    categories, probabilities = _together(document["categories"], probabilities, merged)
    return _Part(
        images=document["images"],
        unreadable=document.get("unreadable", []),
        categories=categories,
        probabilities=probabilities,
    )


def _together(
    categories: list[str], probabilities: NDArray[np.float32], merged: Merged
) -> tuple[list[str], NDArray[np.float32]]:
    """Return the categories that count, and float32[N, categories] with merged ones added."""
    meant = [merged.get(each, each) for each in categories]
    kept = list(dict.fromkeys(meant))
    if kept == categories:
        return categories, probabilities
    added = np.zeros((len(probabilities), len(kept)), dtype=np.float32)
    for column, category in enumerate(meant):
        added[:, kept.index(category)] += probabilities[:, column]
    return kept, np.minimum(added, np.float32(1))
