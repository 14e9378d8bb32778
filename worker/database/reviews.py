"""Fits of a review: what the child is asked, and saving the model with the pages that follow from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from app.core.database import now, read_session
from app.core.models import Annotation, Image, ReviewPage, Round
from app.core.states import ROUND_ENDED
from app.core.storage import get_storage
from app.labelling.seen import is_seen
from app.projects.merged import read_merged
from app.review.fits import config_of, is_put_off, not_learned, start_fit, start_fit_if_due
from app.review.pages import shown_images
from app.rounds.newest import newest_model
from app.rounds.predicting import predict_unseen_images
from app.rounds.predictions import predictions_of
from app.rounds.published import published_predictions
from ml.messages import ReviewPage as MadePage
from ml.messages import ReviewRequest, ReviewResult
from worker.database.claims import Claim, UnwantedError, fenced_session
from worker.database.outcomes import finish_in
from worker.database.published import publish
from worker.database.requests import StepWork, load_step
from worker.database.steps import completed_step, images_of, step_id_of, write_snapshot

PAGES = 64
"""Pages that are ready after a fit: people wait only where they confirm all of them before the next."""

PUT_OFF = {"put_off": True}


@dataclass(frozen=True)
class FitWork:
    """A fit's request and step, and the pages whose labels it learns from, with when they were confirmed."""

    request: ReviewRequest
    step: StepWork
    learned: dict[str, datetime | None]


def put_off(claim: Claim) -> bool:
    """Return whether the fit of a `review_fit` job waits for the end of an audit: its job is done then."""
    with fenced_session(claim.fence) as session:
        found = is_put_off(session, session.get_one(Round, claim.round_id))
        if found:
            finish_in(session, claim.fence, PUT_OFF)
        return found


def load_fit(claim: Claim) -> FitWork:
    """Return the work of a `review_fit` job as things are now; UnwantedError where the review has ended."""
    with read_session() as session:
        pages = select(ReviewPage.id, ReviewPage.confirmed_at)
        pages = pages.where(ReviewPage.round_id == claim.round_id, ReviewPage.learned.is_(False))
        learned = {row.id: row.confirmed_at for row in session.execute(pages)}
    step = load_step(claim)  # later, so that no label is missed of a page that counts as learned
    with read_session() as session:
        row = session.get_one(Round, claim.round_id)
        request = ReviewRequest(
            step=step.request,
            review=config_of(row),
            pages=PAGES,
            hidden=sorted(_hidden(session, row)),
            unseen=sorted(step.request.labels.keys() - _seen(session, row.project_id)),
            before=_before(session, row) if config_of(row).mode == "changed" else {},
        )
    return FitWork(request, step, learned)


def _hidden(session: Session, row: Round) -> set[str]:
    """Return the images that a page shows or has shown, and those that cannot be used."""
    unusable = select(Image.id).where(Image.project_id == row.project_id, Image.excluded.is_not(None))
    return shown_images(session, row) | set(session.scalars(unusable)) | _labelled_by_others(session, row)


def _labelled_by_others(session: Session, row: Round) -> set[str]:
    """Return the images that a review of one person's labels leaves out."""
    config = config_of(row)
    if config.mode != "disagree" or config.person is None:
        return set()
    labels = select(Annotation.image_id).where(
        Annotation.project_id == row.project_id,
        Annotation.superseded_at.is_(None),
        Annotation.category_id.is_not(None),
        Annotation.annotator_id.is_distinct_from(config.person),
    )
    return set(session.scalars(labels))


def _seen(session: Session, project_id: str) -> set[str]:
    return set(session.scalars(select(Image.id).where(Image.project_id == project_id, is_seen())))


def _before(session: Session, row: Round) -> dict[str, str]:
    """Return what the newest model calls each image."""
    model = newest_model(session, row.project_id)
    if model is None:
        return {}
    found = predictions_of(model, read_merged(session, row.project_id))
    return {image: found.categories[found.best[place]] for image, place in found.rows.items()}


def save_fit(claim: Claim, work: FitWork, result: ReviewResult) -> None:
    """Publish the model and save its pages in place of those that nobody has; LostClaimError, UnwantedError.

    Everything becomes visible in one transaction; nothing of it where an audit has begun meanwhile.
    """
    step_id = step_id_of(work.step)
    write_snapshot(work.step)
    prefix = publish(f"steps/{step_id}", claim, work.request.step.output_directory)
    predicts = published_predictions(prefix).predicts
    try:
        with fenced_session(claim.fence) as session:
            row = _wanted(session, work.step.round_id)
            if is_put_off(session, row):
                get_storage().delete(prefix)
                finish_in(session, claim.fence, PUT_OFF)
                return
            step = completed_step(work.step, result.step, step_id, prefix)
            step.report |= _report(work, result)
            session.merge(step)
            row.step = work.step.completes
            _replace_pages(session, work, result)
            _move_on(session, row)
            if predicts:
                predict_unseen_images(session, row.project_id, images_of(work.step))
            finish_in(session, claim.fence, {"pages": len(result.pages)})
    except BaseException:
        get_storage().delete(prefix)
        raise


def _wanted(session: Session, round_id: str) -> Round:
    """Return the review, locked; UnwantedError where it has ended, which stays so.

    Answers that start the next fit refer to it, and must not wait for this lock.
    """
    row = session.get_one(Round, round_id, with_for_update={"key_share": True})
    if row.state in ROUND_ENDED:
        raise UnwantedError(round_id)
    return row


def _report(work: FitWork, result: ReviewResult) -> dict[str, Any]:
    """Return what is kept of a fit beside what every step keeps."""
    hidden = {*work.request.hidden, *result.unreadable}
    seen = work.request.step.labels.keys() - set(work.request.unseen)
    images = {image.id for image in work.request.step.pool}
    return {
        "pages": len(result.pages),
        "pages_left": result.pages_left,
        "images_left": len(images - hidden - seen),
        "unreadable_images": result.unreadable,
    }


def _replace_pages(session: Session, work: FitWork, result: ReviewResult) -> None:
    pages, quietly = ReviewPage.round_id == work.step.round_id, {"synchronize_session": False}
    lapsed = and_(ReviewPage.state == "open", ReviewPage.expires_at < now())
    waiting = or_(ReviewPage.state == "ready", lapsed)
    for page_id, confirmed_at in work.learned.items():
        same = ReviewPage.confirmed_at.is_not_distinct_from(confirmed_at)
        learned = update(ReviewPage).where(ReviewPage.id == page_id, same).values(learned=True)
        session.execute(learned, execution_options=quietly)
    gone = delete(ReviewPage).where(pages, waiting, ReviewPage.learned)
    session.execute(gone, execution_options=quietly)
    if rows := list(_rows(work, result)):
        session.execute(insert(ReviewPage), rows)


def _rows(work: FitWork, result: ReviewResult) -> Iterator[dict[str, Any]]:
    for position, page in enumerate(result.pages):
        yield {
            "round_id": work.step.round_id,
            "fit": work.step.completes,
            "position": position,
            "category_id": None if page.category is None else work.request.step.categories[page.category],
            "images": _images(work, page),
        }


def _images(work: FitWork, page: MadePage) -> list[dict[str, Any]]:
    """Return what a row keeps of its images; of doubted labels the version comes when they are handed out."""
    categories = work.request.step.categories
    doubted = {"version": 0} if work.request.review.mode == "disagree" else {}
    return [
        {"id": image, "guess": categories[guess], "confidence": confidence} | doubted
        for image, guess, confidence in zip(page.image_ids, page.guesses, page.confidences, strict=True)
    ]


def _move_on(session: Session, row: Round) -> None:
    """Let people look at pages, have the model learn again where enough came meanwhile, or end the review."""
    session.flush()
    if row.state == "finetuning":
        if not (not_learned(session, row.id) and start_fit(session, row)):
            row.state, row.finished_at = "done", now()
        return
    if row.state == "paused":
        row.resume_state = "labelling"
        return
    row.state = "labelling"
    session.flush()
    start_fit_if_due(session, row)
