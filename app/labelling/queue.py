"""What an answer does to the labelling queue: settling a query, substituting it, opening it again."""

from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, exists, func, insert, or_, select, update

from app.core.identifiers import new_id
from app.core.models import Annotation, Image, Lease, Membership, Query, Round, Step
from app.jobs.service import insert_round_job
from app.labelling.leases import OPEN_STEPS, any_open
from app.labelling.records import EXCLUDING, Target
from app.labelling.seen import is_seen

_SET_STATE = update(Query).where(Query.id == bindparam("query_id")).values(state=bindparam("new_state"))
_END_LEASES = delete(Lease).where(Lease.query_id == bindparam("query_id"))
_SETTLE = _SET_STATE.add_cte(_END_LEASES.cte("ended"))  # one round trip; SQLite has no words for it


def set_state(connection: Connection, query_id: str, state: str) -> None:
    """Set the query's state; a query that is not open has no leases."""
    values = {"query_id": query_id, "new_state": state}
    if state != "open" and connection.dialect.name == "postgresql":
        connection.execute(_SETTLE, values)
        return
    connection.execute(_SET_STATE, values)
    if state != "open":
        connection.execute(_END_LEASES, values)


def exclude_image(connection: Connection, image_id: str, reason: str) -> None:
    """Keep the image out of every later proposal."""
    connection.execute(update(Image).where(Image.id == image_id).values(excluded=reason))


def include_image(connection: Connection, image_id: str) -> None:
    """Let the image in again, unless another standing answer excludes it."""
    excluding = exists().where(
        Annotation.image_id == image_id, Annotation.superseded_at.is_(None), Annotation.skip.in_(EXCLUDING)
    )
    connection.execute(update(Image).where(Image.id == image_id, ~excluding).values(excluded=None))


def all_have_passed(connection: Connection, target: Target) -> bool:
    """Return whether every member of the project has said of the query that it is unclear."""
    passed = exists().where(
        Annotation.query_id == target.query_id,
        Annotation.annotator_id == Membership.user_id,
        Annotation.superseded_at.is_(None),
    )
    waiting = select(Membership.user_id).where(Membership.project_id == target.project_id, ~passed)
    return connection.execute(waiting.limit(1)).first() is None


def substitute(connection: Connection, target: Target) -> None:
    """Ask about the first eligible substitute in the skipped query's place; none left, none asked."""
    skipped = connection.execute(
        select(Query.substitutes, Query.cluster_size, Query.cluster_image_ids).where(
            Query.id == target.query_id
        )
    ).one()
    eligible = _eligible(connection, target, skipped.substitutes)
    chosen = next((image_id for image_id in skipped.substitutes if image_id in eligible), None)
    if chosen is None:
        return
    last = select(func.max(Query.position)).where(Query.step_id == target.step_id)
    row = {
        "id": new_id(),
        "round_id": target.round_id,
        "step_id": target.step_id,
        "image_id": chosen,
        "position": connection.execute(last).scalar_one() + 1,
        "substitutes": skipped.substitutes[skipped.substitutes.index(chosen) + 1 :],
        "substitute_of": target.query_id,
    }
    connection.execute(insert(Query), row | _cluster(skipped, chosen))


def _cluster(skipped: Row[*tuple[Any, ...]], image_id: str) -> dict[str, Any]:
    """Return what a substitute stands for: the skipped query's cluster where it is known to be of it."""
    if image_id not in skipped.cluster_image_ids:
        return {"cluster_size": 1, "cluster_image_ids": []}
    others = [other for other in skipped.cluster_image_ids if other != image_id]
    return {"cluster_size": skipped.cluster_size, "cluster_image_ids": others}


def _eligible(connection: Connection, target: Target, image_ids: list[str]) -> set[str]:
    """Return those of the images that may be asked about: not excluded, asked about or labelled yet."""
    asked = exists().where(Query.image_id == Image.id, Query.round_id == target.round_id)
    here = and_(Image.project_id == target.project_id, Image.split == "pool", Image.excluded.is_(None))
    statement = select(Image.id).where(Image.id.in_(image_ids), here, ~asked, ~is_seen())
    return set(connection.execute(statement).scalars())


def withdraw_substitute(connection: Connection, target: Target) -> bool:
    """Take back the query that was asked in this one's place; returns False where somebody is on it already.

    A substitute that anyone else holds or held, or that has any answer, stays: its label is not to be lost.
    """
    touched = or_(
        Query.state != "open",
        exists().where(Annotation.query_id == Query.id),
        exists().where(Lease.query_id == Query.id, Lease.user_id != target.user_id),
    )
    of_this = Query.substitute_of == target.query_id
    if connection.execute(select(Query.id).where(of_this, touched)).first():
        return False
    connection.execute(delete(Query).where(of_this))
    return True


def withdraw_open(connection: Connection, step_id: str) -> None:
    """End the open queries of the step and their leases; an answer that is under way is still taken."""
    of_step = select(Query.id).where(Query.step_id == step_id)
    connection.execute(
        update(Query).where(Query.step_id == step_id, Query.state == "open").values(state="withdrawn")
    )
    connection.execute(delete(Lease).where(Lease.query_id.in_(of_step)))


def complete_step(connection: Connection, round_id: str, step_id: str) -> str | None:
    """Where nothing of the step is outstanding, freeze it and queue its advance job.

    It has to be the oldest step that is being labelled: models learn in the order of their steps. A round
    without any such step waits for its model. Returns the id of the new job, whose queue is to be notified
    after the commit. The caller holds the step's lock; `UNIQUE(round_id, step, kind)` lets one job through
    whatever happens.
    """
    if any_open(connection, step_id):
        return None
    held = select(Round.project_id, Round.state).where(Round.id == round_id).with_for_update(key_share=True)
    evolution = connection.execute(held).one()
    oldest = connection.execute(OPEN_STEPS, {"round_id": round_id}).first()
    if evolution.state != "labelling" or oldest is None or oldest.id != step_id:
        return None
    connection.execute(update(Step).where(Step.id == step_id).values(state="finetuning"))
    if connection.execute(OPEN_STEPS, {"round_id": round_id}).first() is None:
        connection.execute(update(Round).where(Round.id == round_id).values(state="finetuning"))
    return insert_round_job(connection, "round_advance", evolution.project_id, round_id, oldest.step)
