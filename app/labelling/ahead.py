"""Rolling rounds: the next step is proposed while people still label, so that nobody waits (ADR 35)."""

from sqlalchemy import Connection, exists, func, select

from app.core.database import now
from app.core.models import Job, Lease, Query, Round, Step
from app.jobs.service import insert_round_job
from app.labelling.leases import OPEN_STEPS
from ml.config import RoundConfig

PER_PERSON = 5
"""So many open queries for each person at work: with fewer, the next step is proposed."""

_PROPOSED = exists().where(Job.round_id == Round.id, Job.step == Round.step, Job.kind == "round_propose")
MAY_PROPOSE = (
    select(Round.project_id, Round.step, Round.config)
    .join(Step, (Step.round_id == Round.id) & (Step.index == Round.step) & (Step.state == "labelling"))
    .where(Round.state == "labelling", Round.finish_requested_at.is_(None))
    .where(Round.config["rolling"].as_boolean().is_(True), ~_PROPOSED)
)


def propose_ahead(connection: Connection, round_id: str, *, somebody_waits: bool = False) -> str | None:
    """Queue the proposal of the next step where few queries of a rolling round are open, or someone has none.

    Returns the id of the new job, whose queue is to be notified after the commit. One proposal is in flight
    at a time: `UNIQUE(round_id, step, kind)`, and a step has none before it is open.
    """
    row = connection.execute(MAY_PROPOSE.where(Round.id == round_id)).first()
    if row is None or not (somebody_waits or few_are_open(connection, round_id)):
        return None
    steps = RoundConfig.model_validate(row.config).steps
    if steps is not None and row.step >= steps:
        return None
    return insert_round_job(connection, "round_propose", row.project_id, round_id, row.step)


def few_are_open(connection: Connection, round_id: str) -> bool:
    """Return whether at most `PER_PERSON` queries are open for each of those who hold some, one at least."""
    step_ids = [step_id for step_id, _ in connection.execute(OPEN_STEPS, {"round_id": round_id})]
    people = select(func.count(Lease.user_id.distinct())).join(Query, Query.id == Lease.query_id)
    people = people.where(Query.step_id.in_(step_ids), Query.state == "open", Lease.expires_at > now())
    mark = PER_PERSON * max(1, connection.execute(people).scalar_one())
    open_ones = select(Query.id).where(Query.step_id.in_(step_ids), Query.state == "open").limit(mark + 1)
    return len(connection.execute(open_ones).all()) <= mark
