"""Starting a review, changing what it shows, and ending it."""

from sqlalchemy import and_, delete, update
from sqlalchemy.orm import Session

from app.core.database import now
from app.core.models import PageImage, ReviewPage, Round
from app.core.problems import Problem
from app.core.states import ROUND_ENDED
from app.jobs.service import create_job
from app.projects.open_audits import require_no_audit
from app.review.fits import FIT, config_of, is_fitting, not_learned, start_fit
from app.review.schemas import ReviewPatch
from app.rounds.newest import newest_model
from app.rounds.service import add_alone, next_number, require_pool
from ml.config import ReviewConfig


def start_review(session: Session, project_id: str, config: ReviewConfig, user_id: str) -> Round:
    """Add a review that follows the newest model, and its first fit; 409 without one, or where a round runs.

    Its fits learn by the configuration of the round that trained that model.
    """
    require_pool(session, project_id)
    model = newest_model(session, project_id)
    if model is None:
        raise Problem(409, "The project has no model yet: a round trains one.")
    require_no_audit(session, project_id)
    followed = session.get_one(Round, model.round_id)
    row = Round(
        project_id=project_id,
        number=next_number(session, project_id),
        kind="review",
        review=config.model_dump(mode="json"),
        encoder_id=followed.encoder_id,
        second_encoder_id=followed.second_encoder_id,
        config=followed.config,
        budget=0,
        created_by=user_id,
    )
    add_alone(session, row)
    create_job(session, FIT, {}, project_id=project_id, round_id=row.id, step=0, created_by=user_id)
    return row


def change_review(session: Session, row: Round, patch: ReviewPatch) -> None:
    """Show other pages from now on: those that nobody has yet are made anew, of all that is left.

    Pages that are with people stay theirs.
    """
    _lock(session, row)
    if row.state in ROUND_ENDED or row.state == "finetuning":
        raise Problem(409, "This review has ended.")
    require_no_audit(session, row.project_id)
    changes = patch.model_dump(exclude_unset=True, exclude_none=True)
    if "mode" in changes:
        changes["person"] = patch.person
    config = config_of(row).model_copy(update=changes)
    row.review = config.model_dump(mode="json")
    pages, quietly = ReviewPage.round_id == row.id, {"synchronize_session": False}
    ready = and_(ReviewPage.state == "ready", ReviewPage.learned)
    session.execute(delete(ReviewPage).where(pages, ready), execution_options=quietly)
    session.execute(update(ReviewPage).where(pages).values(again=True), execution_options=quietly)
    session.flush()
    start_fit(session, row)


def finish_review(session: Session, row: Round) -> None:
    """End the review once the model has learned from all its labels. Pages that are out stay their holders'.

    While an audit is open it ends without: the labels that the audit is about stay as they are.
    """
    _lock(session, row)
    if row.state in ROUND_ENDED:
        raise Problem(409, f"This review is {row.state} already.")
    learns = is_fitting(session, row.id) or not_learned(session, row.id) > 0
    row.resume_state, row.finish_requested_at = None, row.finish_requested_at or now()
    if learns and start_fit(session, row):
        row.state = "finetuning"
    else:
        row.state, row.finished_at = "done", now()
    session.execute(delete(PageImage).where(PageImage.round_id == row.id))
    session.flush()


def _lock(session: Session, row: Round) -> None:
    """Lock the review as handing out a page does; jobs that refer to it can be added beside that."""
    session.refresh(row, with_for_update={"key_share": True})
