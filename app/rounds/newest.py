"""Which model of a project is the newest: that of the last step of the last round that has trained one.

The number of a round and the index of a step decide, never a clock and never an id (app/core/order.py). What
predicts, is exported, downloaded and shown is found here and nowhere else. A step whose files are lost from
storage is passed over, and `lost_models` names it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from app.core.models import LaterPredictions, Round, Step
from app.core.order import oldest_first
from app.rounds.published import published_predictions
from app.rounds.schemas import Accuracy


@dataclass(frozen=True)
class TrainedStep:
    """A step that has trained a model, its files below `key`; `accuracy` is the one shown, if any.

    It is a model on one encoder, or the average of two with the second encoder.

    Below each of `later_keys` are files that say what its model makes of images that came after it.
    """

    id: str
    round_id: str
    round: int
    step: int
    key: str
    encoder_id: str
    second_encoder_id: str | None
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
        Round.second_encoder_id,
    )
    .join(Round, Round.id == Step.round_id)
    .where(Step.artefacts_key.is_not(None))
    .order_by(Round.number.desc(), Step.index.desc())
)


@dataclass(frozen=True)
class LostModel:
    """A step whose model cannot be used, because `files` of it are missing from storage or damaged there."""

    round_id: str
    round: int
    step: int
    files: tuple[str, ...]


def newest_model(session: Session, project_id: str) -> TrainedStep | None:
    """Return the step with the project's newest model that can be used; None before the first."""
    return _first(session, _of_project(project_id))


def newest_model_of_round(session: Session, round_id: str) -> TrainedStep | None:
    """Return the step with the newest model of a round that can be used; None before its first."""
    return _first(session, _of_round(round_id))


def lost_models(session: Session, project_id: str) -> tuple[LostModel, ...]:
    """Return what a project's `newest_model` is not, because files are lost: the newest first."""
    return _lost(session, _of_project(project_id))


def lost_models_of_round(session: Session, round_id: str) -> tuple[LostModel, ...]:
    """Return what a round's newest model is not, because files are lost: the newest first."""
    return _lost(session, _of_round(round_id))


_Statement = Select[*tuple[Any, ...]]
_Row = Row[*tuple[Any, ...]]


def _of_project(project_id: str) -> _Statement:
    return _PUBLISHED.where(Round.project_id == project_id)


def _of_round(round_id: str) -> _Statement:
    return _PUBLISHED.where(Round.id == round_id)


def _first(session: Session, statement: _Statement) -> TrainedStep | None:
    row = next((row for row, lost in _newest_first(session, statement) if not lost), None)
    return _trained(row, _later_keys(session, row.id)) if row else None


def _lost(session: Session, statement: _Statement) -> tuple[LostModel, ...]:
    found = takewhile(lambda each: each[1], _newest_first(session, statement))
    return tuple(LostModel(row.round_id, row.number, row.step, lost) for row, lost in found)


def _newest_first(session: Session, statement: _Statement) -> Iterator[tuple[_Row, tuple[str, ...]]]:
    """Yield the steps that have a model, each with the names of those of its files that are lost."""
    for row in session.execute(statement).all():
        published = published_predictions(row.artefacts_key)
        if published.predicts or published.lost:
            yield row, published.lost


def _later_keys(session: Session, step_id: str) -> tuple[str, ...]:
    """Return where later images are predicted; those whose files are lost are without a prediction again."""
    keys = select(LaterPredictions.artefacts_key).where(LaterPredictions.step_id == step_id)
    found = session.scalars(keys.order_by(*oldest_first(LaterPredictions)))
    return tuple(key for key in found if published_predictions(key).predicts)


def _trained(row: _Row, later_keys: tuple[str, ...]) -> TrainedStep:
    return TrainedStep(
        id=row.id,
        later_keys=later_keys,
        round_id=row.round_id,
        round=row.number,
        step=row.step,
        key=row.artefacts_key,
        encoder_id=row.encoder_id or row.round_encoder_id,
        second_encoder_id=row.second_encoder_id,
        accuracy=Accuracy.model_validate(row.accuracy) if row.accuracy else None,
    )
