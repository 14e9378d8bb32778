"""Answering queries, which is the busiest route, and the caller's own answers."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection, Row, select
from starlette.concurrency import run_in_threadpool

from app.access import find
from app.core.database import read_session
from app.core.models import Annotation, Round, Step
from app.core.models import Query as QueryRow
from app.core.problems import Problem
from app.deps import CredentialsDep, CurrentUser, IdempotencyHeader
from app.idempotency import claim
from app.jobs.service import notify_round_jobs
from app.labelling.answering import (
    Annotator,
    accepted,
    count,
    require_category,
    require_same_user,
    target_of,
)
from app.labelling.group_commit import write
from app.labelling.lease_schemas import Holder
from app.labelling.leases import expiry, shown, shown_query
from app.labelling.naming import category_of_name
from app.labelling.schemas import AnnotationOut, Answer, MyAnnotation, UndoOut
from app.labelling.scope import as_json, query_scope
from app.labelling.submit import Outcome, submit
from app.labelling.undo import undo
from app.pagination import Page, PageQuery, fetch_page
from app.projects.merged import read_merged
from app.versions import IfMatch, expected_version

router = APIRouter(tags=["annotations"])


@router.put("/queries/{query_id}/annotation", response_model=AnnotationOut)
async def put_annotation(
    query_id: str,
    answer: Answer,
    credentials: CredentialsDep,
    *,
    idempotency_key: IdempotencyHeader = None,
    if_match: IfMatch = None,
    annotator: Annotator = None,
) -> Response:
    """Answer a query with a category, the name of one that may be new, or a skip.

    The same answer again gives the same result; another one is a correction, which carries the `version` of
    the first as `If-Match`: 412 without. 409 where somebody else's answer came first or the query is with
    somebody else: this one is then kept as history.
    """
    expected = expected_version(if_match)

    def store(connection: Connection) -> Outcome:
        scope = query_scope(connection, credentials, query_id, answer.category_id)
        require_same_user(scope.id, annotator)
        require_category(scope, answer.category_id)
        route = f"PUT /queries/{query_id}/annotation"
        once = claim(connection, scope.id, route, idempotency_key, body=answer, model=AnnotationOut)
        if once.answer is not None:
            return Outcome(once.answer)
        category_id = scope.category_id
        if answer.category_name is not None:
            category_id = category_of_name(connection, scope.project_id, scope.id, answer.category_name)
        meant = answer.model_copy(update={"category_id": category_id, "category_name": None})
        outcome = submit(connection, target_of(scope), meant, expected=expected)
        if outcome.annotation is not None and not outcome.changed:
            once.remember(connection, outcome.annotation)
        else:
            once.forget(connection)
        return outcome

    outcome = await write(store, query_id)
    count(outcome)
    if outcome.job_ids:
        await run_in_threadpool(notify_round_jobs, outcome.job_ids)
    return as_json(accepted(outcome))


@router.delete("/queries/{query_id}/annotation", response_model=UndoOut)
async def undo_annotation(
    query_id: str,
    credentials: CredentialsDep,
    *,
    holder: Annotated[Holder, Query()] = "",
    idempotency_key: IdempotencyHeader = None,
    annotator: Annotator = None,
) -> Response:
    """Take the caller's own answer back; while its step is being labelled, `holder` has the query again."""

    def take_back(connection: Connection) -> UndoOut:
        scope = query_scope(connection, credentials, query_id)
        require_same_user(scope.id, annotator)
        route = f"DELETE /queries/{query_id}/annotation"
        once = claim(connection, scope.id, route, idempotency_key, body=None, model=UndoOut)
        if once.answer is not None:
            return once.answer
        undone = undo(connection, target_of(scope), holder=holder)
        if undone is None:
            once.forget(connection)
            raise Problem(404, "There is no answer of yours to take back.")
        row = shown_query(connection, query_id) if undone.leased else None
        merged = read_merged(connection, scope.project_id)
        item = shown(row, row.step, expiry(), merged) if row is not None else None
        answer = UndoOut(annotation=undone.annotation, item=item)
        once.remember(connection, answer)
        return answer

    return as_json(await write(take_back, query_id))


@router.get("/rounds/{round_id}/my-annotations")
def list_my_annotations(round_id: str, user: CurrentUser, page: PageQuery) -> Page[MyAnnotation]:
    """Return the caller's standing answers in a round, newest first, for undo after a reload."""
    statement = (
        select(Annotation, Step.index)
        .join(QueryRow, QueryRow.id == Annotation.query_id)
        .join(Step, Step.id == QueryRow.step_id)
        .where(QueryRow.round_id == round_id, Annotation.annotator_id == user.id)
        .where(Annotation.superseded_at.is_(None))
    )
    with read_session() as session:
        find(session, Round, round_id, user)
        return fetch_page(session, statement, Annotation.id, page, _mine, newest_first=Annotation.created_at)


def _mine(row: Row[*tuple[Any, ...]]) -> MyAnnotation:
    values = {name: getattr(row.Annotation, name) for name in AnnotationOut.model_fields}
    return MyAnnotation(step=row.index, **values)
