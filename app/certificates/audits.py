"""Beginning an audit, giving it up, and ending it."""

import secrets

import numpy as np
from sqlalchemy import and_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.certificates.changes import why_stale
from app.certificates.issuing import issue
from app.certificates.labels import Labels, keep_labels, kept_labels, labels_key, labels_now
from app.certificates.progress import ANSWERED, answered_by_people, read_answers
from app.certificates.schemas import NewAudit
from app.core.database import now
from app.core.identifiers import new_id
from app.core.models import Audit, AuditItem, Job, Project, Round
from app.core.order import newest_first
from app.core.problems import Problem
from app.core.states import JOB_LIVE
from app.projects.open_audits import audit_is_open
from ml.certificate.audit import alpha_of, audit_order

DIGITS = 6


def start_audit(session: Session, project_id: str, wanted: NewAudit, user_id: str) -> Audit:
    """Freeze the labels that nobody has seen and draw their order; a set that needs no answer passes at once.

    409 where an audit is open, a model is about to change the labels, or images have no label yet.
    """
    session.execute(select(Project.id).where(Project.id == project_id).with_for_update())
    if audit_is_open(session, project_id):
        raise Problem(409, "An audit of this project is under way: finish it or give it up first.")
    _require_rest(session, project_id)
    labels = labels_now(session, project_id)
    require_labels(labels)
    goal = round(wanted.goal, DIGITS)
    if wanted.mistakes >= goal:
        raise Problem(422, "People may be wrong less often than the labels may.", field="mistakes")
    attempt = attempt_of(session, project_id, goal)
    audit_id = new_id()
    audit = Audit(
        id=audit_id,
        project_id=project_id,
        step_id=labels.step_id,
        goal=goal,
        sure=wanted.sure,
        mistakes=wanted.mistakes,
        attempt=attempt,
        alpha=alpha_of(1 - wanted.sure, attempt),
        population=len(labels.unseen),
        images=labels.images,
        labels_key=labels_key(project_id, audit_id),
        created_by=user_id,
    )
    keep_labels(drawn(labels), audit.labels_key)
    session.add(audit)
    try:
        session.flush()
    except IntegrityError as error:
        raise Problem(409, "Somebody began an audit of this project at the same moment.") from error
    advance(session, audit)
    return audit


def drawn(labels: Labels) -> Labels:
    """Return `labels` with the unseen images in the random order of an audit."""
    images = sorted(labels.unseen)
    order = audit_order(np.arange(len(images), dtype=np.int64), secrets.randbits(63))
    return labels.in_order(images[place] for place in order)


def require_labels(labels: Labels) -> None:
    """Raise 409 where there is nothing to certify yet."""
    if not labels.images and not labels.without:
        raise Problem(409, "The project has no images to certify yet.")
    if labels.step_id is None and labels.without:
        raise Problem(409, "The project has no model yet: a round trains one.")
    if labels.without:
        count = len(labels.without)
        raise Problem(
            409,
            f"The model has not labelled {count:,} of the images. "
            "Have it predict them, or leave out those that it cannot read.",
        )


def _require_rest(session: Session, project_id: str) -> None:
    """Raise 409 where a model is learning, or a round being labelled will have one learn.

    A review may go on: while an audit is open it has no model learn, and a fit that is under way is put off.
    """
    fit_to_put_off = and_(Job.kind == "review_fit", Round.state == "labelling")
    learning = (
        select(Job.id)
        .join(Round, Round.id == Job.round_id)
        .where(Job.project_id == project_id, Job.state.in_(JOB_LIVE), ~fit_to_put_off)
    )
    job_id = session.scalar(learning.order_by(Job.id).limit(1))
    if job_id is not None:
        raise Problem(409, "The model is learning. Begin the audit when it is done.", job_id=job_id)
    labelled = select(Round).where(
        Round.project_id == project_id, Round.kind == "loop", Round.state == "labelling"
    )
    row = session.scalars(labelled).first()
    if row is not None:
        raise Problem(
            409,
            f"Round {row.number} is being labelled, and its next model would make the audit void. "
            "Pause or end the round first.",
            round_id=row.id,
        )


def attempt_of(session: Session, project_id: str, goal: float) -> int:
    """Return which attempt at `goal` the next audit is: those since the last that passed count, if answered.

    An audit without an answer has shown nothing to anybody, and takes nothing of the error.
    """
    earlier = session.scalars(
        select(Audit)
        .where(Audit.project_id == project_id, Audit.goal == round(goal, DIGITS))
        .order_by(*newest_first(Audit))
    )
    attempts = 1
    for audit in earlier:
        if audit.state == "passed":
            break
        attempts += answered_by_people(session, audit) > 0
    return attempts


def locked(session: Session, audit: Audit) -> Audit:
    """Return the audit, which nobody else changes until the commit; 409 where it has ended."""
    session.execute(select(Audit.id).where(Audit.id == audit.id).with_for_update())
    session.refresh(audit)
    if audit.state != "open":
        raise Problem(409, "This audit has ended.", audit_state=audit.state)
    return audit


def advance(session: Session, audit: Audit) -> None:
    """Let the audit pass where its goal is reached; where its labels are not what they were, it is void."""
    session.flush()
    if read_answers(session, audit).passes():
        end(session, audit, "passed")


def end(session: Session, audit: Audit, state: str) -> None:
    """Certify what the audit proves, and end it as `state`; as void where the labels have changed."""
    labels = labels_now(session, audit.project_id)
    reason = why_stale(kept_labels(audit.labels_key), labels)
    if reason is not None:
        close(session, audit, "void", reason)
        return
    later = len(labels.seen) - read_answers(session, audit).seen_now
    if state == "passed" and not read_answers(session, audit).passes(later):
        return
    issue(session, audit, labels)
    close(session, audit, state)


def close(session: Session, audit: Audit, state: str, reason: str | None = None) -> None:
    """End the audit as `state`; what was handed out and not answered comes back."""
    audit.state, audit.reason, audit.finished_at = state, reason, now()
    session.flush()
    waiting = select(AuditItem).where(AuditItem.audit_id == audit.id, ~ANSWERED)
    for item in session.scalars(waiting):
        session.delete(item)
    session.flush()


def void_where_changed(session: Session, audit: Audit) -> None:
    """Void an open audit whose labels are not what they were, by a full look at them."""
    reason = why_stale(kept_labels(audit.labels_key), labels_now(session, audit.project_id))
    if reason is not None:
        close(session, audit, "void", reason)


def give_up(session: Session, audit: Audit) -> None:
    """End the audit without a certificate; its answers stay, and it counts as an attempt."""
    close(session, locked(session, audit), "given_up")


def finish(session: Session, audit: Audit) -> None:
    """End the audit now and certify what it proves, if that is less than its goal; 409 without an answer."""
    audit = locked(session, audit)
    if not read_answers(session, audit).sample().audited:
        raise Problem(409, "Nothing is proved yet: no image of the audit has an answer.")
    end(session, audit, "finished")
