"""Sharing at the end of a step: browsers hold images ahead, and nobody is to wait while others hold many."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, not_, or_, select, update

from app.core.config import get_settings
from app.core.database import now
from app.core.models import Annotation, Lease, Query

KEPT = 2
Held = Row[*tuple[Any, ...]]


def share(
    connection: Connection, user_id: str, step_id: str, count: int, *, holder: str, expires_at: datetime
) -> list[str]:
    """Move leases of others to one who would wait, and return the queries, at most `count`.

    Whoever holds most gives half of what they hold ahead, the last of it, and keeps the first `KEPT`. What
    another tab of the same user has not renewed for half of a lease's time is all given: that tab has most
    likely died. A program that names no holder asks for what it answers, and keeps all of it.
    """
    groups = _held_by_others(connection, user_id, step_id, holder)
    forgotten_before = now() + timedelta(seconds=get_settings().lease_seconds / 2)
    own = [row for (who, _), rows in groups.items() if who == user_id for row in rows]
    chosen = [row for row in own if row.expires_at < forgotten_before][:count] or _ahead(
        groups.values(), count
    )
    return [row.query_id for row in chosen if _move(connection, row, user_id, holder, expires_at)]


def _held_by_others(
    connection: Connection, user_id: str, step_id: str, holder: str
) -> dict[tuple[str, str], list[Held]]:
    passed = select(Annotation.id).where(
        Annotation.query_id == Query.id,
        Annotation.annotator_id == user_id,
        Annotation.superseded_at.is_(None),
    )
    statement = (
        select(Lease.id, Lease.query_id, Lease.user_id, Lease.holder, Lease.expires_at)
        .join(Query, Query.id == Lease.query_id)
        .where(Query.step_id == step_id, Query.state == "open", Lease.expires_at > now(), ~passed.exists())
        .where(not_(and_(Lease.user_id == user_id, Lease.holder == holder)))
        .where(or_(Lease.user_id == user_id, Lease.holder != ""))
        .order_by(Query.position)
    )
    groups: dict[tuple[str, str], list[Held]] = defaultdict(list)
    for row in connection.execute(statement):
        groups[row.user_id, row.holder].append(row)
    return groups


def _ahead(groups: Sequence[list[Held]] | Any, count: int) -> list[Held]:
    richest: list[Held] = max(groups, key=len, default=[])
    ahead = richest[KEPT:]
    return ahead[len(ahead) // 2 :][:count]


def _move(connection: Connection, row: Held, user_id: str, holder: str, expires_at: datetime) -> bool:
    """Give one lease to somebody else; False where its holder has answered or lost it meanwhile."""
    mine = {"user_id": user_id, "holder": holder, "expires_at": expires_at}
    unchanged = and_(Lease.id == row.id, Lease.user_id == row.user_id, Lease.holder == row.holder)
    return connection.execute(update(Lease).where(unchanged).values(**mine)).rowcount == 1
