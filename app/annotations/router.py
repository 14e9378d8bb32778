"""Answering queries: the busiest route, so it does everything in one call of one thread."""

from typing import Any

from fastapi import APIRouter, Response
from sqlalchemy import Row, select

from app.access import find
from app.annotations.records import Target
from app.annotations.schemas import AnnotationOut, Answer, MyAnnotation, UndoOut
from app.annotations.submit import submit
from app.annotations.undo import undo
from app.core.database import read_connection, read_session, write_connection
from app.core.models import Annotation, Query, Round, Step
from app.core.queue import ring
from app.deps import CredentialsDep, CurrentUser
from app.errors import Problem
from app.idempotency import IdempotencyHeader, claim
from app.jobs.service import QUEUES
from app.pagination import Page, PageQuery, fetch_page
from app.rounds.leases import expiry, shown, shown_query
from app.rounds.scope import as_json, query_scope

router = APIRouter(tags=["annotations"])
LATE = "Somebody else has labelled this image meanwhile. Your answer is kept, but does not count."


def _target(scope: Row[*tuple[Any, ...]]) -> Target:
    return Target(
        user_id=scope.id,
        query_id=scope.query_id,
        image_id=scope.image_id,
        step_id=scope.step_id,
        round_id=scope.round_id,
        project_id=scope.project_id,
    )


@router.put("/queries/{query_id}/annotation", response_model=AnnotationOut)
def put_annotation(
    query_id: str, answer: Answer, credentials: CredentialsDep, idempotency_key: IdempotencyHeader = None
) -> Response:
    """Answer a query with a category or a skip.

    The same answer again gives the same result; another one is a correction. 409 where somebody else's answer
    came first: this one is then kept as history.
    """
    with read_connection() as connection:
        scope = query_scope(connection, credentials, query_id, answer.category_id)
    if answer.category_id is not None and scope.category_id is None:
        raise Problem(422, "The project has no such active category.", field="category_id")
    route = f"PUT /queries/{query_id}/annotation"
    with write_connection() as connection:
        once = claim(connection, scope.id, route, idempotency_key, body=answer, model=AnnotationOut)
        if once.answer is not None:
            return as_json(once.answer)
        outcome = submit(connection, _target(scope), answer)
        if outcome.annotation is not None:
            once.remember(connection, outcome.annotation)
        else:
            once.forget(connection)
    if outcome.job_id is not None:
        ring(outcome.job_id, QUEUES["round_advance"])
    if outcome.annotation is None:
        raise Problem(409, LATE, annotation_id=outcome.late)
    return as_json(outcome.annotation)


@router.delete("/queries/{query_id}/annotation", response_model=UndoOut)
def undo_annotation(query_id: str, credentials: CredentialsDep) -> Response:
    """Take the caller's own answer back; while its step is being labelled, the query is theirs again."""
    with read_connection() as connection:
        target = _target(query_scope(connection, credentials, query_id))
    with write_connection() as connection:
        undone = undo(connection, target)
        if undone is None:
            raise Problem(404, "There is no answer of yours to take back.")
        item = None
        if undone.leased:
            row = shown_query(connection, query_id)
            item = shown(row, row.step, expiry())
    return as_json(UndoOut(annotation=undone.annotation, item=item))


@router.get("/rounds/{round_id}/my-annotations")
def list_my_annotations(round_id: str, user: CurrentUser, page: PageQuery) -> Page[MyAnnotation]:
    """Return the caller's standing answers in a round, newest first, for undo after a reload."""
    statement = (
        select(Annotation, Step.index)
        .join(Query, Query.id == Annotation.query_id)
        .join(Step, Step.id == Query.step_id)
        .where(Query.round_id == round_id, Annotation.annotator_id == user.id)
        .where(Annotation.superseded_at.is_(None))
    )
    with read_session() as session:
        find(session, Round, round_id, user)
        return fetch_page(session, statement, Annotation.id, page, _mine, newest_first=True)


def _mine(row: Row[*tuple[Any, ...]]) -> MyAnnotation:
    values = {name: getattr(row.Annotation, name) for name in AnnotationOut.model_fields}
    return MyAnnotation(step=row.index, **values)
