"""Hand-outs: which queries an annotator is shown next, reserved for a while so that nobody else is.

Two unique constraints on `leases` keep a slot with one annotator; the selects only make conflicts rare.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    delete,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from app.core.config import get_settings
from app.core.database import UtcDateTime, now
from app.core.identifiers import new_id
from app.core.models import Annotation, Image, Lease, Query, Round, Step
from app.labelling.lease_schemas import ClusterOut, LeaseItem, QueryImage, Suggestion
from app.labelling.lease_sharing import share
from app.projects.merged import Merged, count_together

Shown = Row[*tuple[Any, ...]]

_ME: BindParameter[str] = bindparam("me")
_STEP: BindParameter[str] = bindparam("step_id")
_MOMENT = bindparam("moment", type_=UtcDateTime())

_SHOWN = select(
    Query.id,
    Query.step_id,
    Query.position,
    Query.suggestions,
    Query.cluster_size,
    Query.cluster_image_ids,
    Image.id.label("image_id"),
    Image.width,
    Image.height,
    Image.filename,
).join(Image, Image.id == Query.image_id)
_MINE = select(Lease.query_id).where(
    Lease.user_id == _ME,
    or_(Lease.holder == bindparam("holder"), bindparam("holder") == ""),
    Lease.expires_at > _MOMENT,
)
_THESE = (
    _SHOWN.add_columns(Query.state)
    .where(Query.id.in_(bindparam("query_ids", expanding=True)))
    .order_by(Query.position)
)
_LEASED = select(Lease.id).where(Lease.query_id == Query.id, Lease.expires_at > _MOMENT)
_PASSED = select(Annotation.id).where(
    Annotation.query_id == Query.id, Annotation.annotator_id == _ME, Annotation.superseded_at.is_(None)
)
_OPEN = and_(Query.step_id == _STEP, Query.state == "open")
# The offset keeps PostgreSQL from joining what it should look up: with statistics from before the step was
# written it would read, join and sort the step's every query to hand out five.
_FREE = (
    _SHOWN.where(_OPEN, ~_LEASED.offset(0).exists(), ~_PASSED.offset(0).exists())
    .order_by(Query.position)
    .limit(bindparam("count"))
    .with_for_update(skip_locked=True, key_share=True, of=Query)
)
OPEN_STEPS = (
    select(Step.id, Step.index.label("step"))
    .join(Round, Round.id == Step.round_id)
    .where(Round.id == bindparam("round_id"), Step.state == "labelling", Step.index <= Round.step)
    .order_by(Step.index)
)
"""The steps of a round that are being labelled, oldest first: several where it proposes ahead."""
# The order has PostgreSQL look into the index, not through a table whose open rows it believes to be many.
_ANY_OPEN = select(Query.id).where(_OPEN).order_by(Query.position).limit(1)


def _taking(insert: Any) -> Any:
    statement = insert(Lease)
    return statement.on_conflict_do_update(
        index_elements=[Lease.query_id, Lease.slot],
        set_={name: statement.excluded[name] for name in ("user_id", "holder", "expires_at")},
        where=or_(
            Lease.expires_at <= _MOMENT,
            and_(
                Lease.user_id == statement.excluded.user_id,
                or_(Lease.holder == statement.excluded.holder, statement.excluded.holder == ""),
            ),
        ),
    ).returning(Lease.query_id)


_TAKE = {"sqlite": _taking(sqlite.insert), "postgresql": _taking(postgresql.insert)}


def expiry() -> datetime:
    """Return when a lease given now ends."""
    return now() + timedelta(seconds=get_settings().lease_seconds)


def open_steps(connection: Connection, round_id: str) -> dict[str, int]:
    """Return the index of each step of the round that is being labelled, by its id, the oldest first."""
    return {row.id: row.step for row in connection.execute(OPEN_STEPS, {"round_id": round_id})}


def take(
    connection: Connection, user_id: str, step_ids: Sequence[str], count: int, *, holder: str = ""
) -> list[Shown]:
    """Lease up to `count` open queries of the steps to the user and return them as they are shown.

    The live leases of the same holder come first, so that a reload goes on where it was; a caller without a
    holder gets all of the user's. The steps follow in their order. Expired leases are taken over. Where
    nothing is free, others share what they hold ahead.
    """
    here = {"me": user_id, "holder": holder, "moment": now()}
    chosen = _leased(connection, here, step_ids)[:count]
    for step_id in step_ids:
        if left := count - len(chosen):
            chosen += connection.execute(_FREE, here | {"step_id": step_id, "count": left}).all()
    for step_id in step_ids if not chosen else ():
        if ids := share(connection, user_id, step_id, count, holder=holder, expires_at=expiry()):
            return list(connection.execute(_THESE, {"query_ids": ids}).all())
    taken = take_queries(connection, user_id, [row.id for row in chosen], holder=holder)
    return [row for row in chosen if row.id in taken]


def _leased(connection: Connection, here: dict[str, Any], step_ids: Sequence[str]) -> list[Shown]:
    """Return the open queries of the steps that the user's `holder` has, in the order of the steps.

    They are few, so they are found by their leases; the index on the step would be read from end to end.
    """
    ids = list(connection.execute(_MINE, here).scalars())
    rows = connection.execute(_THESE, {"query_ids": ids}).all() if ids else []
    found = [row for row in rows if row.state == "open" and row.step_id in step_ids]
    return sorted(found, key=lambda row: step_ids.index(row.step_id))


def take_queries(connection: Connection, user_id: str, query_ids: list[str], *, holder: str = "") -> set[str]:
    """Lease these queries to the user; returns those that are theirs now, not the ones that others hold."""
    if not query_ids:
        return set()
    lease = {"slot": 0, "user_id": user_id, "holder": holder, "expires_at": expiry(), "moment": now()}
    rows = [lease | {"id": new_id(), "query_id": query_id} for query_id in query_ids]
    return set(connection.execute(_TAKE[connection.dialect.name], rows).scalars())


def any_open(connection: Connection, step_id: str) -> bool:
    """Return whether a query of the step is still open."""
    return connection.execute(_ANY_OPEN, {"step_id": step_id}).first() is not None


def renew(
    connection: Connection, user_id: str, round_id: str, query_ids: list[str], *, holder: str = ""
) -> set[str]:
    """Extend the holder's leases, also those that have run out; returns the queries that are still theirs."""
    of_round = select(Query.id).where(
        Query.round_id == round_id, Query.id.in_(query_ids), Query.state == "open"
    )
    statement = (
        update(Lease)
        .where(_held_by(user_id, holder), Lease.query_id.in_(of_round))
        .values(expires_at=expiry())
        .returning(Lease.query_id)
    )
    return set(connection.execute(statement).scalars())


def release(
    connection: Connection, user_id: str, round_id: str, query_ids: list[str], *, holder: str = ""
) -> None:
    """Give the holder's leases back, so that others are handed these queries at once."""
    of_round = select(Query.id).where(Query.round_id == round_id, Query.id.in_(query_ids))
    connection.execute(delete(Lease).where(_held_by(user_id, holder), Lease.query_id.in_(of_round)))


def _held_by(user_id: str, holder: str) -> ColumnElement[bool]:
    of_user = Lease.user_id == user_id
    return and_(of_user, Lease.holder == holder) if holder else of_user


def shown(row: Shown, step: int, expires_at: datetime, merged: Merged) -> LeaseItem:
    """Return a query as annotators see it; `merged` says which categories count as another."""
    together = count_together(row.suggestions, merged)
    suggestions = [Suggestion.model_validate(item) for item in together]
    return LeaseItem(
        query_id=row.id,
        step=step,
        image=QueryImage(id=row.image_id, width=row.width, height=row.height, filename=row.filename),
        suggestion=suggestions[0] if suggestions else None,
        suggestions=suggestions,
        cluster=ClusterOut(size=row.cluster_size, image_ids=row.cluster_image_ids),
        expires_at=expires_at,
    )


def shown_query(connection: Connection, query_id: str) -> Shown:
    """Return one query with what `shown` needs, and its `step`."""
    statement = _SHOWN.join(Step, Step.id == Query.step_id).add_columns(Step.index.label("step"))
    return connection.execute(statement.where(Query.id == query_id)).one()
