"""Audits and certificates."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.access import find, scoped
from app.certificates import audits, items
from app.certificates.certified import certificates_out, current_certificate, nothing_certified
from app.certificates.labels import labels_now
from app.certificates.plans import plan
from app.certificates.schemas import (
    AuditAnswer,
    AuditAnswerOut,
    AuditItemOut,
    AuditLeaseRequest,
    AuditLeasesOut,
    AuditOut,
    AuditUndoOut,
    CertificatesPage,
    MyAuditAnswer,
    NewAudit,
    PlanOut,
)
from app.certificates.views import answer_out, audit_out, item_out, leases_out, my_answer_out
from app.core.database import read_session, write_session
from app.core.models import Audit, AuditItem, Certificate, Project, User
from app.core.problems import Problem
from app.deps import CurrentUser, IdempotencyHeader
from app.idempotency import claim
from app.labelling.answering import Annotator, require_same_user
from app.labelling.lease_schemas import Holder
from app.pagination import Page, PageQuery, fetch_page
from app.projects.open_audits import open_audit

router = APIRouter(tags=["certificates"])
Goal = Annotated[float, Query(gt=0, le=0.5, description="The share of labels that may be wrong.")]
Sure = Annotated[float, Query(ge=0.5, le=0.9999, description="The confidence in it.")]
HIDDEN = "What the model calls the images is shown when the audit has ended."


@router.get("/projects/{project_id}/certificates")
def list_certificates(project_id: str, user: CurrentUser, page: PageQuery) -> CertificatesPage:
    """Return what was certified, newest first, each with why it is void where it is.

    `current` is what holds now. A project where every image has been seen has one without an audit.
    """
    with read_session() as session:
        find(session, Project, project_id, user)
        statement = scoped(Certificate, user).where(Certificate.project_id == project_id)
        rows: Page[Certificate] = fetch_page(
            session,
            statement,
            Certificate.id,
            page,
            lambda row: row.Certificate,
            newest_first=Certificate.created_at,
        )
        audit = open_audit(session, project_id)
        if nothing_certified(session, project_id):
            return CertificatesPage(
                items=[], current=None, audit=audit_out(session, audit) if audit else None
            )
        labels = labels_now(session, project_id)
        return CertificatesPage(
            items=certificates_out(session, project_id, rows.items, labels),
            next_cursor=rows.next_cursor,
            current=current_certificate(session, project_id, labels),
            audit=audit_out(session, audit) if audit else None,
        )


@router.get("/projects/{project_id}/audits/plan")
def plan_audit(project_id: str, user: CurrentUser, goal: Goal = 0.01, sure: Sure = 0.95) -> PlanOut:
    """Return how many answers an audit would take, by what is known of how often the model is wrong."""
    with read_session() as session:
        find(session, Project, project_id, user)
        return plan(session, project_id, goal, sure)


@router.post("/projects/{project_id}/audits", status_code=201)
def start_audit(
    project_id: str, body: NewAudit, user: CurrentUser, idempotency_key: IdempotencyHeader = None
) -> AuditOut:
    """Begin an audit of the labels that nobody has seen, as the newest model gives them at this moment."""
    with write_session() as session:
        find(session, Project, project_id, user, "reviewer")
        route = f"POST /projects/{project_id}/audits"
        once = claim(session.connection(), user.id, route, idempotency_key, body=body, model=AuditOut)
        if once.answer is not None:
            return once.answer
        started = audit_out(session, audits.start_audit(session, project_id, body, user.id))
        once.remember(session.connection(), started, 201)
        return started


@router.get("/projects/{project_id}/audits")
def list_audits(project_id: str, user: CurrentUser, page: PageQuery) -> Page[AuditOut]:
    """Return the project's audits, newest first."""
    with read_session() as session:
        find(session, Project, project_id, user)
        statement = scoped(Audit, user).where(Audit.project_id == project_id)
        return fetch_page(
            session,
            statement,
            Audit.id,
            page,
            lambda row: audit_out(session, row.Audit),
            newest_first=Audit.created_at,
        )


@router.get("/audits/{audit_id}")
def get_audit(audit_id: str, user: CurrentUser) -> AuditOut:
    """Return one audit with how far it is."""
    with read_session() as session:
        return audit_out(session, find(session, Audit, audit_id, user))


@router.post("/audits/{audit_id}/leases")
def lease_audit_images(audit_id: str, body: AuditLeaseRequest, user: CurrentUser) -> AuditLeasesOut:
    """Hand out the next images of the audit to one person, in its order, without the model's guess."""
    with write_session() as session:
        audit = find(session, Audit, audit_id, user)
        if audit.state != "open":
            return AuditLeasesOut(items=[], waiting_for="finished")
        handed = items.hand_out(session, audit, user.id, body.count, body.holder)
        waiting = "others" if audit.state == "open" else "finished"
        return AuditLeasesOut.model_validate(
            {"items": leases_out(session, handed), "waiting_for": None if handed else waiting}
        )


@router.put("/audits/{audit_id}/items/{item_id}")
def answer_audit_item(
    audit_id: str,
    item_id: str,
    body: AuditAnswer,
    user: CurrentUser,
    *,
    annotator: Annotator = None,
    idempotency_key: IdempotencyHeader = None,
) -> AuditAnswerOut:
    """Say what an image shows, or skip it where nobody can tell: that counts as a wrong label.

    The answer gives the image its label. The audit passes with the answer that reaches its goal.
    """
    require_same_user(user.id, annotator)
    with write_session() as session:
        audit = find(session, Audit, audit_id, user)
        route = f"PUT /audits/{audit_id}/items/{item_id}"
        once = claim(session.connection(), user.id, route, idempotency_key, body=body, model=AuditAnswerOut)
        if once.answer is not None:
            return once.answer
        answered = answer_out(session, audit, items.answer(session, audit, item_id, body, user.id))
        once.remember(session.connection(), answered)
        return answered


@router.delete("/audits/{audit_id}/items/{item_id}")
def undo_audit_answer(
    audit_id: str,
    item_id: str,
    user: CurrentUser,
    *,
    holder: Annotated[Holder, Query()] = "",
    annotator: Annotator = None,
    idempotency_key: IdempotencyHeader = None,
) -> AuditUndoOut:
    """Take the caller's own answer back while the audit is open, and hand them the image again."""
    require_same_user(user.id, annotator)
    with write_session() as session:
        audit = find(session, Audit, audit_id, user)
        route = f"DELETE /audits/{audit_id}/items/{item_id}"
        once = claim(session.connection(), user.id, route, idempotency_key, body=None, model=AuditUndoOut)
        if once.answer is not None:
            return once.answer
        item, said = items.undo(session, audit, item_id, user.id, holder)
        undone = AuditUndoOut(
            item=leases_out(session, [item])[0],
            category_id=said.category_id,
            skip=said.skip,
            audit=audit_out(session, audit),
        )
        once.remember(session.connection(), undone)
        return undone


@router.get("/audits/{audit_id}/my-answers")
def list_my_audit_answers(audit_id: str, user: CurrentUser, page: PageQuery) -> Page[MyAuditAnswer]:
    """Return the caller's answers to an audit, newest first, for undo after a reload."""
    mine = select(AuditItem).where(
        AuditItem.audit_id == audit_id, AuditItem.annotator_id == user.id, AuditItem.answered_at.is_not(None)
    )
    with read_session() as session:
        find(session, Audit, audit_id, user)
        newest = AuditItem.answered_at
        return fetch_page(session, mine, AuditItem.id, page, my_answer_out, newest_first=newest)


@router.get("/audits/{audit_id}/items")
def list_audit_items(audit_id: str, user: CurrentUser, page: PageQuery) -> Page[AuditItemOut]:
    """Return what was asked and answered, once the audit has ended: 409 before."""
    with read_session() as session:
        audit = find(session, Audit, audit_id, user)
        if audit.state == "open":
            raise Problem(409, HIDDEN)
        statement = (
            select(AuditItem, User.name)
            .outerjoin(User, User.id == AuditItem.annotator_id)
            .where(AuditItem.audit_id == audit.id)
        )
        return fetch_page(session, statement, AuditItem.id, page, item_out)


@router.post("/audits/{audit_id}/give-up")
def give_up_audit(audit_id: str, user: CurrentUser) -> AuditOut:
    """End the audit without a certificate. Its answers stay; a later audit at its goal takes longer."""
    return _end(audit_id, user, audits.give_up)


@router.post("/audits/{audit_id}/finish")
def finish_audit(audit_id: str, user: CurrentUser) -> AuditOut:
    """End the audit before its goal is reached, and certify what it has proved by now."""
    return _end(audit_id, user, audits.finish)


def _end(audit_id: str, user: CurrentUser, ending: Callable[[Session, Audit], None]) -> AuditOut:
    with write_session() as session:
        audit = find(session, Audit, audit_id, user, "reviewer")
        ending(session, audit)
        return audit_out(session, audit)
