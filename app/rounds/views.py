"""Rounds and steps as the API shows them; what can be counted is counted, never stored."""

from collections import defaultdict
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session

from app.core.models import Annotation, Job, Query, Round, Step, User
from app.core.states import JOB_LIVE, ROUND_ENDED
from app.projects.weak_labels import counts_weakly
from app.rounds.schemas import Accuracy, RoundOut, StepOut
from ml.config import ReviewConfig, RoundConfig

Counts = dict[str, Row[*tuple[Any, ...]]]


def _query_counts(session: Session, round_ids: list[str]) -> Counts:
    """Return (labelled, skipped, open, substituted) by step id, for every step of the rounds."""
    statement = (
        select(
            Step.id,
            func.count(case((Query.state == "labelled", 1))).label("labelled"),
            func.count(case((Query.state == "skipped", 1))).label("skipped"),
            func.count(case((Query.state == "open", 1))).label("open"),
        )
        .outerjoin(Query, Query.step_id == Step.id)
        .where(Step.round_id.in_(round_ids))
        .group_by(Step.id)
    )
    return {row.id: row for row in session.execute(statement)}


def _steps(session: Session, round_ids: list[str]) -> dict[str, list[Step]]:
    """Return the visible steps of each round in order: those up to the one that it is at."""
    statement = (
        select(Step)
        .join(Round, Round.id == Step.round_id)
        .where(Step.round_id.in_(round_ids), Step.index <= Round.step)
        .order_by(Step.index)
    )
    found: dict[str, list[Step]] = defaultdict(list)
    for step in session.scalars(statement):
        found[step.round_id].append(step)
    return found


def _weak_counts(session: Session, round_ids: list[str]) -> dict[str, int]:
    """Return how many weak labels that count the clusters of each round's queries have."""
    statement = select(Query.round_id, func.count()).join(Annotation, Annotation.cluster_query_id == Query.id)
    chosen = statement.where(Query.round_id.in_(round_ids), counts_weakly())
    return {row[0]: row[1] for row in session.execute(chosen.group_by(Query.round_id))}


def _newest_jobs(session: Session, round_ids: list[str]) -> dict[str, str]:
    """Return the job of each round's latest step; one that is at work before one that has ended."""
    live = case((Job.state.in_(JOB_LIVE), 1), else_=0)
    statement = select(Job.round_id, Job.id).where(Job.round_id.in_(round_ids))
    statement = statement.order_by(live, Job.step, Job.id)
    return {round_id: job_id for round_id, job_id in session.execute(statement) if round_id}


def _names(session: Session, user_ids: set[str | None]) -> dict[str | None, str]:
    """Return the names of users by id."""
    found = select(User.id, User.name).where(User.id.in_(user_ids - {None}))
    return {row.id: row.name for row in session.execute(found)} if user_ids - {None} else {}


def rounds_out(session: Session, rounds: list[Round]) -> list[RoundOut]:
    """Return `rounds` as the API shows them, in their order, by five statements at most."""
    ids = [row.id for row in rounds]
    counts, steps, jobs = _query_counts(session, ids), _steps(session, ids), _newest_jobs(session, ids)
    names, weak = _names(session, {row.changed_by for row in rounds}), _weak_counts(session, ids)
    return [
        _round_out(
            row,
            steps[row.id],
            counts,
            weak=weak.get(row.id, 0),
            job_id=jobs.get(row.id),
            changed_by=names.get(row.changed_by),
        )
        for row in rounds
    ]


def round_out(session: Session, row: Round) -> RoundOut:
    """Return one round as the API shows it."""
    return rounds_out(session, [row])[0]


def _round_out(
    row: Round, steps: list[Step], counts: Counts, *, weak: int, job_id: str | None, changed_by: str | None
) -> RoundOut:
    config = RoundConfig.model_validate(row.config)
    return RoundOut(
        id=row.id,
        number=row.number,
        project_id=row.project_id,
        kind=row.kind,
        state=row.state,
        config=config,
        review=told_review(row),
        step=row.step,
        steps=config.steps if row.kind == "loop" else None,
        asked=sum(step.asked for step in steps),
        labelled=sum(counts[step.id].labelled for step in steps),
        skipped=sum(counts[step.id].skipped for step in steps),
        weak=weak,
        outstanding=sum(counts[step.id].open for step in steps),
        open_step=next((step.index for step in steps if step.state == "labelling"), None),
        budget=None if config.open_ended or row.kind == "review" else row.budget,
        finishing=row.finish_requested_at is not None and row.state not in ROUND_ENDED,
        job_id=job_id,
        error=row.error,
        message=row.message,
        changed_by=changed_by,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )


def steps_out(session: Session, row: Round) -> list[StepOut]:
    """Return the round's steps as the API shows them, the first at index 0."""
    counts = _query_counts(session, [row.id])
    return [_step_out(step, counts[step.id]) for step in _steps(session, [row.id])[row.id]]


def _step_out(step: Step, counts: Row[*tuple[Any, ...]]) -> StepOut:
    return StepOut(
        index=step.index,
        state=step.state,
        asked=step.asked,
        labelled=counts.labelled,
        skipped=counts.skipped,
        labels=step.report.get("train_labels", 0),
        encoder_id=step.encoder_id,
        accuracy=Accuracy.model_validate(step.accuracy) if step.accuracy else None,
        prequential=step.prequential,
        seconds=step.seconds,
        message=step.message,
    )


def told_review(row: Round, role: str = "annotator") -> ReviewConfig | None:
    """Return how a review pages, as a member with `role` is told: owners alone, whose labels it is about."""
    hidden = {} if role == "owner" else {"person": None}
    return ReviewConfig.model_validate(row.review | hidden) if row.review is not None else None
