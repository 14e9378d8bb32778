"""Which model of a project is the newest: that of the last step of the last round that has trained one.

The number of a round and the index of a step decide, never a clock and never an id (app/core/order.py). What
predicts, is exported, downloaded and shown is found here and nowhere else.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from app.core.models import LaterPredictions, Round, Step
from app.core.order import oldest_first
from app.core.storage import get_storage
from app.rounds.schemas import Accuracy

LENGTH_BYTES = 8
"""How long the length is that a safetensors file begins with; the names of what is in it follow."""


@dataclass(frozen=True)
class TrainedStep:
    """A step that has trained a model, its files below `key`; `accuracy` is the one shown, if any.

    Below each of `later_keys` are files that say what its model makes of images that came after it.
    """

    id: str
    round_id: str
    round: int
    step: int
    key: str
    encoder_id: str
    accuracy: Accuracy | None
    later_keys: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """Return the name of its model: round and step as people see them, and how good it was measured."""
        if self.accuracy is None:
            return self.name
        right = f"accuracy {self.accuracy.top1} on {self.accuracy.images} test images"
        return f"{self.name}, {right}"

    @property
    def name(self) -> str:
        """Return its round and step as people see them."""
        return f"round {self.round}, step {self.step}"


_PUBLISHED = (
    select(
        Step.id,
        Step.round_id,
        Round.number,
        Step.index.label("step"),
        Step.artefacts_key,
        Step.accuracy,
        Step.encoder_id,
        Round.encoder_id.label("round_encoder_id"),
    )
    .join(Round, Round.id == Step.round_id)
    .where(Step.artefacts_key.is_not(None))
    .order_by(Round.number.desc(), Step.index.desc())
)


def newest_model(session: Session, project_id: str) -> TrainedStep | None:
    """Return the step with the project's newest model; None before the first."""
    return _first(session, _PUBLISHED.where(Round.project_id == project_id))


def newest_model_of_round(session: Session, round_id: str) -> TrainedStep | None:
    """Return the step with the newest model of a round; None before its first."""
    return _first(session, _PUBLISHED.where(Round.id == round_id))


def _first(session: Session, statement: Select[*tuple[Any, ...]]) -> TrainedStep | None:
    found = (row for row in session.execute(statement).all() if _has_model(row.artefacts_key))
    row = next(found, None)
    return _trained(row, _later_keys(session, row.id)) if row else None


def _later_keys(session: Session, step_id: str) -> tuple[str, ...]:
    keys = select(LaterPredictions.artefacts_key).where(LaterPredictions.step_id == step_id)
    return tuple(session.scalars(keys.order_by(*oldest_first(LaterPredictions))))


@lru_cache(maxsize=1024)
def _has_model(key: str) -> bool:
    """Return whether a step's published files, which never change, say what each image shows."""
    storage, name = get_storage(), f"{key}/step.safetensors"
    length = int.from_bytes(b"".join(storage.open(name, 0, LENGTH_BYTES).pieces), "little")
    header = b"".join(storage.open(name, LENGTH_BYTES, LENGTH_BYTES + length).pieces)
    return "probabilities" in json.loads(header)


def _trained(row: Row[*tuple[Any, ...]], later_keys: tuple[str, ...]) -> TrainedStep:
    return TrainedStep(
        id=row.id,
        later_keys=later_keys,
        round_id=row.round_id,
        round=row.number,
        step=row.step,
        key=row.artefacts_key,
        encoder_id=row.encoder_id or row.round_encoder_id,
        accuracy=Accuracy.model_validate(row.accuracy) if row.accuracy else None,
    )
