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
from app.exports.schemas import ModelOut
from app.rounds.newest import TrainedStep, newest_model

CONFIDENCE_DIGITS = 6


@dataclass(frozen=True)
class Predictions:
    """`rows` maps an image id to its row in `best` int64[N] and `confidence` float32[N].

    `ordered` are the image ids sorted; `best` indexes `categories`, which are ids.
    """

    model: TrainedStep
    categories: list[str]
    rows: dict[str, int]
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


def model_out(model: TrainedStep) -> ModelOut:
    """Return what is said of the model that predicted."""
    return ModelOut(**{name: getattr(model, name) for name in ModelOut.model_fields})


def latest_predictions(session: Session, project_id: str) -> Predictions | None:
    """Return the predictions of the project's newest model; None where no step has trained one yet."""
    model = newest_model(session, project_id)
    return _decode(model) if model else None


@lru_cache(maxsize=4)
def _decode(model: TrainedStep) -> Predictions:
    """Read a step's published files, which never change."""
    storage = get_storage()
    probabilities = load(storage.read(f"{model.key}/step.safetensors"))["probabilities"]
    document = json.loads(storage.read(f"{model.key}/images.json"))
    return Predictions(
        model=model,
        categories=document["categories"],
        rows={image_id: row for row, image_id in enumerate(document["images"])},
        ordered=sorted(document["images"]),
        best=probabilities.argmax(axis=1),
        confidence=probabilities.max(axis=1),
    )
