"""Rows of `annotations`: reading what stands, adding an answer, and turning an answer into history."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, Row, and_, bindparam, insert, select, update

from app.core.database import STEPS_ARE_LOCKED, UtcDateTime, now
from app.core.identifiers import new_id
from app.core.models import Annotation, Lease, Query, Round, Step
from app.labelling.schemas import AnnotationOut, Answer

EXCLUDING = ("broken", "not_in_list")
LIVE_STEP_ROUNDS = ("labelling", "paused")

_LIVE = and_(Annotation.query_id == Query.id, Annotation.superseded_at.is_(None))
_LIVE_LEASE = and_(
    Lease.query_id == Query.id,
    Lease.slot == 0,
    Lease.expires_at > bindparam("moment", type_=UtcDateTime()),
)
_STANDING = (
    select(
        Query.state,
        Step.state.label("step_state"),
        Round.state.label("round_state"),
        Round.config["rolling"].as_boolean().label("rolling"),
        Annotation.id,
        Annotation.slot,
        Annotation.annotator_id,
        Annotation.category_id,
        Annotation.skip,
        Annotation.version,
        Annotation.created_at,
        Lease.user_id.label("leased_to"),
    )
    .join(Step, Step.id == Query.step_id)
    .join(Round, Round.id == Query.round_id)
    .outerjoin(Annotation, _LIVE)
    .outerjoin(Lease, _LIVE_LEASE)
    .where(Query.id == bindparam("query_id"))
)
_LOCK_STEP = select(Step.id).where(Step.id == bindparam("step_id")).with_for_update(key_share=True)
_INSERT = insert(Annotation)
_SUPERSEDE = (
    update(Annotation)
    .where(Annotation.id == bindparam("annotation_id"))
    .values(slot=None, superseded_at=bindparam("moment", type_=UtcDateTime()))
)


@dataclass(frozen=True)
class Target:
    """The query that an annotator answers, and where it belongs. These never change."""

    user_id: str
    query_id: str
    image_id: str
    step_id: str
    round_id: str
    project_id: str


@dataclass(frozen=True)
class Standing:
    """What a query has at this moment, read under the step's lock.

    `holder` is the live annotation in the slot, `own` the caller's live annotation; both may be one row.
    `leased_to` is the user who has been handed the query and whose time has not run out. `rolling` says that
    the round proposes ahead.
    """

    state: str
    step_state: str
    round_state: str
    leased_to: str | None
    rolling: bool
    holder: Row[*tuple[Any, ...]] | None
    own: Row[*tuple[Any, ...]] | None

    @property
    def step_is_open(self) -> bool:
        """Return whether the step is still being labelled: its labels are not frozen, its round not ended."""
        return self.step_state == "labelling" and self.round_state in LIVE_STEP_ROUNDS


def read_standing(connection: Connection, target: Target) -> Standing:
    """Lock the query's step and return what stands; SQLite's write lock has locked everything already."""
    locked = connection.get_execution_options().get(STEPS_ARE_LOCKED, False)
    if connection.dialect.name != "sqlite" and not locked:
        connection.execute(_LOCK_STEP, {"step_id": target.step_id})
    rows = connection.execute(_STANDING, {"query_id": target.query_id, "moment": now()}).all()
    answers = [row for row in rows if row.id is not None]
    return Standing(
        state=rows[0].state,
        step_state=rows[0].step_state,
        round_state=rows[0].round_state,
        leased_to=rows[0].leased_to,
        rolling=bool(rows[0].rolling),
        holder=next((row for row in answers if row.slot is not None), None),
        own=next((row for row in answers if row.annotator_id == target.user_id), None),
    )


def add_answer(
    connection: Connection,
    target: Target,
    answer: Answer,
    *,
    slot: int | None,
    version: int = 1,
    superseded_at: datetime | None = None,
) -> AnnotationOut:
    """Insert an answer to a query and return it; with `superseded_at` it is history from the start."""
    row = {
        "id": new_id(),
        "query_id": target.query_id,
        "image_id": target.image_id,
        "category_id": answer.category_id,
        "skip": answer.skip,
        "kind": "query",
        "version": version,
        "created_at": now(),
    }
    rest = {
        "project_id": target.project_id,
        "slot": slot,
        "annotator_id": target.user_id,
        "seconds": answer.seconds,
        "superseded_at": superseded_at,
    }
    connection.execute(_INSERT, row | rest)
    return AnnotationOut(**cast(dict[str, Any], row))


def supersede(connection: Connection, annotation_id: str) -> None:
    """Turn a live annotation into history; its slot is free afterwards."""
    connection.execute(_SUPERSEDE, {"annotation_id": annotation_id, "moment": now()})


def described(target: Target, row: Row[*tuple[Any, ...]]) -> AnnotationOut:
    """Return a live annotation of the query as the API shows it."""
    return AnnotationOut(
        id=row.id,
        query_id=target.query_id,
        image_id=target.image_id,
        category_id=row.category_id,
        skip=row.skip,
        kind="query",
        version=row.version,
        created_at=row.created_at,
    )


def keep_late(connection: Connection, target: Target, answer: Answer) -> str:
    """Keep an answer that came too late as history, once however often it is sent; returns its id."""
    same = select(Annotation.id).where(
        Annotation.query_id == target.query_id,
        Annotation.annotator_id == target.user_id,
        Annotation.superseded_at.is_not(None),
        Annotation.category_id.is_not_distinct_from(answer.category_id),
        Annotation.skip.is_not_distinct_from(answer.skip),
    )
    kept = connection.execute(same.limit(1)).scalar()
    return kept or add_answer(connection, target, answer, slot=None, superseded_at=now()).id
