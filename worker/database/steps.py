"""Saving an evolution step: its files, its figures, and the queries of the next one, or the round's end."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.core.database import now, read_session
from app.core.identifiers import new_id
from app.core.models import Annotation, Query, Round, Step
from app.core.states import ROUND_ENDED
from app.core.storage import get_storage
from app.jobs.service import discard_steps_ahead
from app.labelling.leases import OPEN_STEPS
from app.projects.merged import count_together, read_merged
from app.rounds.finishing import learn_if_complete, propose_if_few, settle
from app.rounds.predicting import predict_unseen_images
from app.rounds.published import published_predictions
from ml.config import RoundConfig
from ml.messages import Proposal, StepResult
from worker.database.claims import Claim, UnwantedError, fenced_session
from worker.database.outcomes import finish_in
from worker.database.published import publish
from worker.database.requests import StepWork

ROWS_PER_TRANSACTION = 500


def save_step(claim: Claim, work: StepWork, result: StepResult) -> None:
    """Publish the step's files and save it; LostClaimError or UnwantedError where claim or round have ended.

    Everything becomes visible in the last transaction. The queries of a very large step are written before
    it, where nobody looks: leases are only given on steps up to the round's newest. A step that is proposed
    ahead has no files: the one that it was proposed beside will have them.
    """
    if not work.trains:
        _save_rows(claim, work, result, None)
        return
    step_id = step_id_of(work)
    write_snapshot(work)
    prefix = publish(f"steps/{step_id}", claim, work.request.output_directory)
    try:
        _save_rows(claim, work, result, completed_step(work, result, step_id, prefix))
    except BaseException:
        get_storage().delete(prefix)
        raise


def _save_rows(claim: Claim, work: StepWork, result: StepResult, completed: Step | None) -> None:
    next_id = new_id()
    *early, last = chunked(_query_rows(work, result, next_id))
    key = completed.artefacts_key if completed is not None else None
    predicts = key is not None and published_predictions(key).predicts
    if result.proposals:
        with _wanted(claim, work) as (session, _):
            discard_steps_ahead(session.connection(), work.round_id)
            session.add(_next_step(work, result, next_id))
    for rows in early:
        with _wanted(claim, work) as (session, _):
            session.execute(insert(Query), rows)
    with _wanted(claim, work) as (session, evolution):
        if completed is not None:
            session.merge(completed)
        if last:
            session.execute(insert(Query), last)
        _move_on(session, evolution, work, result)
        settle_after(session, evolution, claim.fence.job_id)
        if predicts:
            predict_unseen_images(session, evolution.project_id, images_of(work))
        finish_in(session, claim.fence, {"proposals": len(result.proposals)})


def images_of(work: StepWork) -> set[str]:
    """Return the images that the step's model has seen."""
    return {image.id for image in (*work.request.pool, *work.request.test)}


@contextmanager
def _wanted(claim: Claim, work: StepWork) -> Iterator[tuple[Session, Round]]:
    """Yield a fenced session and the round, locked; UnwantedError where it has ended, which stays so."""
    with fenced_session(claim.fence) as session:
        _lock_unfinished_steps(session, work.round_id)
        evolution = session.get_one(Round, work.round_id, with_for_update=True)
        if evolution.state in ROUND_ENDED:
            raise UnwantedError(work.round_id)
        yield session, evolution


def _lock_unfinished_steps(session: Session, round_id: str) -> None:
    """Lock what answers lock before they lock the round; else each could wait for the other."""
    newest = select(Round.step).where(Round.id == round_id).scalar_subquery()
    unfinished = select(Step.id).where(Step.round_id == round_id, Step.index <= newest, Step.state != "done")
    session.execute(unfinished.order_by(Step.id).with_for_update())


def step_id_of(work: StepWork) -> str:
    """Return the id of the step that `work` completes; where there is no row yet, the one that it gets."""
    statement = select(Step.id).where(Step.round_id == work.round_id, Step.index == work.completes)
    with read_session() as session:
        return session.scalar(statement) or uuid.uuid5(uuid.UUID(work.round_id), str(work.completes)).hex


def write_snapshot(work: StepWork) -> None:
    """Write which labels the step learned from beside its files."""
    rows = [
        {"annotation_id": row.id, "image_id": row.image_id, "category_id": row.category_id}
        for row in work.snapshot
    ]
    (work.request.output_directory / "labels.json").write_text(json.dumps(rows))


def chunked(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return `rows` in lists that one short transaction can write each; at least one list, maybe empty."""
    starts = range(0, max(len(rows), 1), ROWS_PER_TRANSACTION)
    return [rows[start : start + ROWS_PER_TRANSACTION] for start in starts]


def _query_rows(work: StepWork, result: StepResult, step_id: str) -> list[dict[str, Any]]:
    return [
        {
            "round_id": work.round_id,
            "step_id": step_id,
            "image_id": proposal.image_id,
            "position": position,
            "cluster_size": proposal.cluster_size,
            "cluster_image_ids": proposal.cluster_image_ids,
            "suggestions": _suggestions(work.request.categories, proposal),
            "substitutes": proposal.substitutes,
        }
        for position, proposal in enumerate(result.proposals)
    ]


def _suggestions(categories: list[str], proposal: Proposal) -> list[dict[str, str | float]]:
    return [
        {"category_id": categories[index], "confidence": confidence}
        for index, confidence in proposal.suggestions
    ]


def _next_step(work: StepWork, result: StepResult, step_id: str) -> Step:
    return Step(
        id=step_id,
        round_id=work.round_id,
        index=work.completes + 1,
        state="labelling",
        asked=len(result.proposals),
        message=result.short,
    )


def completed_step(work: StepWork, result: StepResult, step_id: str, prefix: str) -> Step:
    """Return the row of a step whose files are below `prefix`."""
    return Step(
        id=step_id,
        round_id=work.round_id,
        index=work.completes,
        state="done",
        encoder_id=work.encoder_id,
        accuracy=result.accuracy.model_dump() if result.accuracy else None,
        prequential=_prequential(step_id),
        seconds=result.seconds,
        report={**result.record, "train_labels": result.train_labels},
        artefacts_key=prefix,
        finished_at=now(),
    )


def _move_on(session: Session, evolution: Round, work: StepWork, result: StepResult) -> None:
    """Open the next step, also of a paused round, unless the round was finished meanwhile."""
    planned = evolution.budget
    if evolution.finish_requested_at is not None:
        if result.proposals:
            discard_steps_ahead(session.connection(), evolution.id)
        return
    evolution.message = _why_less(work, result) or evolution.message
    if result.proposals:
        evolution.step = work.completes + 1
    config = RoundConfig.model_validate(evolution.config)
    categories = len(work.request.categories)
    evolution.budget = _asked(session, evolution) + config.remaining(evolution.step + 1, categories)
    if result.proposals and evolution.budget < planned and not result.short:
        evolution.message = (
            f"The budget is {evolution.budget:,} labels instead of {planned:,}: it goes by the number of "
            f"categories, which is {categories} now."
        )


def settle_after(session: Session, evolution: Round, job_id: str) -> None:
    """Give the round its state once the job has ended, with the jobs that follow from where it is then."""
    session.flush()
    oldest = session.connection().execute(OPEN_STEPS, {"round_id": evolution.id}).first()
    if oldest is not None and evolution.state != "paused":
        evolution.state = "labelling"
        session.flush()
        learn_if_complete(session, evolution, oldest.id)
        propose_if_few(session, evolution)
    settle(session, evolution, ends=job_id)


def _why_less(work: StepWork, result: StepResult) -> str | None:
    """Return why the next step asks for less than planned, in a sentence for people."""
    if not result.short:
        return None
    asked = f"{len(result.proposals):,} of {work.request.ask:,} labels" if result.proposals else "nothing"
    return f"Step {work.completes + 1} asks for {asked}: {result.short}."


def _asked(session: Session, evolution: Round) -> int:
    """Return how many labels the round has asked for, the newest step's included."""
    session.flush()
    asked = select(func.sum(Step.asked)).where(Step.round_id == evolution.id, Step.index <= evolution.step)
    return session.scalars(asked).one() or 0


def _prequential(step_id: str) -> float | None:
    """Return the share of the step's labels that the model's shown guess had right; None without guesses."""
    statement = (
        select(Query.suggestions, Annotation.category_id, Annotation.project_id)
        .join(Annotation, Annotation.query_id == Query.id)
        .where(Query.step_id == step_id, Annotation.superseded_at.is_(None))
        .where(Annotation.category_id.is_not(None))
    )
    with read_session() as session:
        rows = session.execute(statement).all()
        merged = read_merged(session, rows[0].project_id) if rows else {}
        hits = [
            count_together(row.suggestions, merged)[0]["category_id"] == row.category_id
            for row in rows
            if row.suggestions
        ]
    return sum(hits) / len(hits) if hits else None
