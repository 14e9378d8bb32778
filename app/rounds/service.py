"""Starting, pausing, resuming and cancelling rounds."""

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.database import now
from app.core.models import Encoder, Image, Job, Lease, Query, Round
from app.core.problems import Problem
from app.core.states import ROUND_ENDED
from app.jobs.service import cancel_job, create_job, discard_steps_ahead
from app.projects.category_service import lock_categories
from app.projects.open_audits import require_no_audit
from app.rounds.arrivals import images_came
from app.rounds.finishing import learn_if_complete, lock_open_steps, lock_round, propose_if_few
from ml.config import LEAST_CATEGORIES, ONLY_FROZEN_AVERAGED, RoundConfig, can_be_averaged

UNDER_WAY = ("proposing", "labelling", "finetuning")


def start_round(session: Session, project_id: str, config: RoundConfig, user_id: str) -> Round:
    """Add a round and its first jobs; 409 where one is active, 422 with the field where it cannot run."""
    _require_encoder(session, project_id, config.encoder_id, "config.encoder_id")
    _require_second_encoder(session, project_id, config)
    categories = _require_categories(session, project_id, config)
    require_pool(session, project_id)
    require_no_audit(session, project_id)
    row = Round(
        project_id=project_id,
        number=next_number(session, project_id),
        encoder_id=config.encoder_id,
        second_encoder_id=config.second_encoder_id,
        config=config.model_dump(mode="json"),
        budget=config.budget(categories),
        created_by=user_id,
    )
    add_alone(session, row)
    create_job(session, "round_start", {}, project_id=project_id, round_id=row.id, step=0, created_by=user_id)
    if config.open_ended:
        images_came(session, project_id)  # its first images are chosen from a part of them
    return row


def _require_encoder(session: Session, project_id: str, encoder_id: str, field: str) -> None:
    state = session.scalar(
        select(Encoder.state).where(Encoder.id == encoder_id, Encoder.project_id == project_id)
    )
    if state is None:
        raise Problem(422, "The project has no such encoder.", field=field)
    if state != "ready":
        raise Problem(422, f"The encoder is not ready: it is {state}.", field=field)


def _require_second_encoder(session: Session, project_id: str, config: RoundConfig) -> None:
    if config.second_encoder_id is None:
        return
    field = "config.second_encoder_id"
    _require_encoder(session, project_id, config.second_encoder_id, field)
    if config.second_encoder_id == config.encoder_id:
        raise Problem(422, "An encoder cannot be averaged with itself: choose another.", field=field)
    if not can_be_averaged(config.finetune):
        raise Problem(422, ONLY_FROZEN_AVERAGED, field=field)


def _require_categories(session: Session, project_id: str, config: RoundConfig) -> int:
    listed = lock_categories(session, project_id)  # and no labels are held back meanwhile
    count = sum(each.archived_at is None for each in listed)
    if count < LEAST_CATEGORIES and not config.open_ended:
        raise Problem(422, "A round needs at least two categories to tell apart.", field="categories")
    return count


def require_pool(session: Session, project_id: str) -> None:
    """Raise 422 for a project without an image in its pool."""
    usable = select(Image.id).where(
        Image.project_id == project_id, Image.split == "pool", Image.excluded.is_(None)
    )
    if session.scalar(usable.limit(1)) is None:
        raise Problem(422, "The project has no images in its pool yet.", field="images")


def next_number(session: Session, project_id: str) -> int:
    """Return the number of the project's next round."""
    highest = select(func.max(Round.number)).where(Round.project_id == project_id)
    return (session.scalar(highest) or 0) + 1


def add_alone(session: Session, row: Round) -> None:
    """Add a round; 409 where another one of the project has not ended."""
    active = select(Round.id).where(Round.project_id == row.project_id, Round.state.not_in(ROUND_ENDED))
    existing = session.scalar(active)
    if existing is not None:
        raise Problem(409, "This project has an active round. Finish or cancel it first.", round_id=existing)
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise Problem(409, "Somebody started a round of this project at the same moment.") from error


def pause_round(session: Session, row: Round) -> None:
    """Stop handing images out, and remember the state to return to; labels under way are still taken."""
    lock_round(session, row)
    if row.state not in UNDER_WAY:
        raise Problem(409, f"A round that is {row.state} cannot be paused.")
    row.resume_state, row.state = row.state, "paused"


def resume_round(session: Session, row: Round) -> None:
    """Go on where the round was paused; where its step was completed meanwhile, the model learns first."""
    step_ids = lock_open_steps(session, row)
    if row.state != "paused":
        raise Problem(409, f"A round that is {row.state} cannot be resumed.")
    if row.kind == "loop":
        require_no_audit(session, row.project_id)
    row.state, row.resume_state = row.resume_state or "labelling", None
    session.flush()
    if row.state == "labelling" and step_ids:
        learn_if_complete(session, row, step_ids[0])
        propose_if_few(session, row)


def cancel_round(session: Session, row: Round) -> None:
    """End the round for good: its labels stay, its leases and jobs end."""
    jobs = select(Job).where(Job.round_id == row.id).order_by(Job.id)
    session.execute(jobs.with_for_update())  # workers lock their job before its round, annotators their lease
    queries = select(Query.id).where(Query.round_id == row.id)
    session.connection().execute(delete(Lease).where(Lease.query_id.in_(queries)))
    lock_round(session, row)
    if row.state in ROUND_ENDED:
        raise Problem(409, f"This round is {row.state} already.")
    row.state, row.resume_state, row.finished_at = "cancelled", None, now()
    session.flush()
    discard_steps_ahead(session.connection(), row.id)
    for job in session.scalars(jobs):
        cancel_job(session, job)
