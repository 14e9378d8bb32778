"""Answering a query. Every branch runs in one write transaction, under the lock of the query's step."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, delete

from app.core.models import Lease
from app.labelling import queue
from app.labelling.ahead import propose_ahead
from app.labelling.records import (
    EXCLUDING,
    Standing,
    Target,
    add_answer,
    described,
    keep_late,
    read_standing,
    supersede,
)
from app.labelling.schemas import AnnotationOut, Answer
from app.labelling.weak import withdraw_cluster

Late = Literal["labelled", "substituted", "leased"]


@dataclass(frozen=True)
class Outcome:
    """What became of an answer: `annotation` where it stands, else `kept` (its id) and `late` (why).

    `changed` says that the caller has another answer than the one that they named, and nothing was stored.
    `stored` says whether it is new. `job_ids` are of the round's jobs that the answer started: one proposes,
    one learns.
    """

    annotation: AnnotationOut | None = None
    kept: str | None = None
    late: Late | None = None
    changed: bool = False
    stored: bool = False
    job_ids: tuple[str, ...] = ()


def submit(
    connection: Connection,
    target: Target,
    answer: Answer,
    *,
    expected: int | None = None,
    overrule: bool = False,
) -> Outcome:
    """Store an answer to a query.

    The same answer again changes nothing. Another one of the same annotator is a correction, which supersedes
    the first and names its version as `expected`; the weak labels of its cluster go with the first. Where the
    slot is somebody else's, the query is with somebody else, or its substitute has taken its place, the
    answer is kept as history and counts nowhere.
    With `overrule` neither a version nor a lease stands in the way.
    """
    standing = read_standing(connection, target)
    if standing.own and _says(standing, answer):
        return Outcome(described(target, standing.own))
    if not overrule and expected != (standing.own.version if standing.own else None):
        return Outcome(described(target, standing.own) if standing.own else None, changed=True)
    late = _late(connection, target, standing, answer, overrule=overrule)
    if late is not None:
        return Outcome(kept=keep_late(connection, target, answer), late=late)
    if standing.own:
        supersede(connection, standing.own.id)
        withdraw_cluster(connection, target.query_id)
        if standing.own.skip in EXCLUDING:
            queue.include_image(connection, target.image_id)
    version = standing.own.version + 1 if standing.own else 1
    slot = None if answer.skip == "unclear" else 0
    annotation = add_answer(connection, target, answer, slot=slot, version=version)
    _settle(connection, target, standing, answer)
    if not standing.step_is_open:
        return Outcome(annotation, stored=True)
    learns = queue.complete_step(connection, target.round_id, target.step_id)
    ahead = propose_ahead(connection, target.round_id) if standing.rolling else None
    return Outcome(annotation, stored=True, job_ids=tuple(filter(None, (ahead, learns))))


def _says(standing: Standing, answer: Answer) -> bool:
    own = standing.own
    return own is not None and (own.category_id, own.skip) == (answer.category_id, answer.skip)


def _late(
    connection: Connection, target: Target, standing: Standing, answer: Answer, *, overrule: bool
) -> Late | None:
    if standing.holder is not None and standing.holder.annotator_id != target.user_id:
        return "labelled"
    if standing.leased_to not in {None, target.user_id} and not overrule:
        return "leased"
    gives_label_to_skipped = standing.state == "skipped" and answer.skip is None
    if gives_label_to_skipped and not queue.withdraw_substitute(connection, target):
        return "substituted"
    return None


def _settle(connection: Connection, target: Target, standing: Standing, answer: Answer) -> None:
    if answer.category_id is not None:
        queue.set_state(connection, target.query_id, "labelled")
    elif answer.skip in EXCLUDING:
        queue.exclude_image(connection, target.image_id, answer.skip)
        _skip(connection, target, standing)
    else:
        _pass(connection, target, standing)


def _skip(connection: Connection, target: Target, standing: Standing) -> None:
    """Settle the query without a label; one that was skipped before has had its substitute."""
    if standing.state == "skipped":
        return
    queue.set_state(connection, target.query_id, "skipped")
    if standing.step_is_open:
        queue.substitute(connection, target)


def _pass(connection: Connection, target: Target, standing: Standing) -> None:
    """Leave the query to the members who have not passed it; where there are none, skip it."""
    connection.execute(
        delete(Lease).where(Lease.query_id == target.query_id, Lease.user_id == target.user_id)
    )
    if queue.all_have_passed(connection, target) or not standing.step_is_open:
        _skip(connection, target, standing)
    elif standing.state == "labelled" or (
        standing.state == "skipped" and queue.withdraw_substitute(connection, target)
    ):
        queue.set_state(connection, target.query_id, "open")
