"""Taking an answer back: the query returns to the one who answered it, while its step is being labelled."""

from dataclasses import dataclass

from sqlalchemy import Connection

from app.labelling import queue
from app.labelling.leases import take_queries
from app.labelling.records import EXCLUDING, Standing, Target, described, read_standing, supersede
from app.labelling.schemas import AnnotationOut
from app.labelling.weak import withdraw_cluster


@dataclass(frozen=True)
class Undone:
    """`leased` says whether the query is open again and reserved for the annotator."""

    annotation: AnnotationOut
    leased: bool


def undo(connection: Connection, target: Target, *, holder: str = "") -> Undone | None:
    """Supersede the caller's answer to a query and the weak labels of its cluster; None where there is none.

    While the step is being labelled the query is open again, and leased to the annotator's `holder`. After
    the freeze the answer is only withdrawn: the model that is being trained has seen it, the next will not.
    """
    standing = read_standing(connection, target)
    if standing.own is None:
        return None
    supersede(connection, standing.own.id)
    withdraw_cluster(connection, target.query_id)
    if standing.own.skip in EXCLUDING:
        queue.include_image(connection, target.image_id)
    reopened = _reopen(connection, target, standing)
    taken = take_queries(connection, target.user_id, [target.query_id], holder=holder) if reopened else set()
    return Undone(described(target, standing.own), leased=bool(taken))


def _reopen(connection: Connection, target: Target, standing: Standing) -> bool:
    if standing.holder is not None and standing.holder != standing.own:
        return False  # somebody else's answer has settled the query since this one passed it on
    if standing.state == "open":
        return standing.step_is_open
    returns = standing.step_is_open and (
        standing.state == "labelled" or queue.withdraw_substitute(connection, target)
    )
    queue.set_state(connection, target.query_id, "open" if returns else "skipped")
    return returns
