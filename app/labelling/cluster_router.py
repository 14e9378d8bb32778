"""The cluster of a query: looking at it, and answering for all of it."""

from typing import Annotated

from fastapi import APIRouter, Query, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from app.core.database import read_connection
from app.core.problems import Problem
from app.deps import Credentials, CredentialsDep, IdempotencyHeader
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
from app.labelling.cluster_page import cluster_page
from app.labelling.cluster_schemas import ClusterAnswer, ClusterLabelled, ClusterPage
from app.labelling.clusters import members
from app.labelling.group_commit import write
from app.labelling.schemas import Answer
from app.labelling.scope import as_json, query_scope
from app.labelling.submit import Outcome, submit
from app.labelling.weak import lock_images, settle_cluster
from app.pagination import PageQuery
from app.projects.merged import read_merged
from app.versions import IfMatch, expected_version

router = APIRouter(tags=["annotations"])


@router.get("/queries/{query_id}/cluster")
def get_cluster(
    query_id: str,
    credentials: CredentialsDep,
    page: PageQuery,
    category_id: Annotated[str | None, Query(max_length=64)] = None,
) -> ClusterPage:
    """Return the other images of a query's cluster, the likeliest of the category first; at most 200 a page.

    Images that have a label by now are left out. Before the first model the nearest come first, and nothing
    is said of their purity.
    """
    with read_connection() as connection:
        scope = query_scope(connection, credentials, query_id, category_id)
        require_category(scope, category_id)
        return cluster_page(connection, scope, page)


@router.post("/queries/{query_id}/cluster", response_model=ClusterLabelled)
async def label_cluster(
    query_id: str,
    answer: ClusterAnswer,
    credentials: CredentialsDep,
    *,
    idempotency_key: IdempotencyHeader = None,
    if_match: IfMatch = None,
    annotator: Annotator = None,
) -> Response:
    """Answer a query with a category, and give images of its cluster weak labels of it, all or nothing.

    By the rules of an answer. Sent again for an answer that stands, it says which images have weak labels by
    it from now on. Images that somebody has labelled meanwhile are left out; 422 for one that is not of the
    cluster. What was dropped is asked about in the next step, half of which it may fill.
    """
    expected = expected_version(if_match)
    await run_in_threadpool(_require_members, credentials, query_id, answer)

    def store(connection: Connection) -> tuple[Outcome, ClusterLabelled | None]:
        scope = query_scope(connection, credentials, query_id, answer.category_id)
        require_same_user(scope.id, annotator)
        require_category(scope, answer.category_id)
        route = f"POST /queries/{query_id}/cluster"
        once = claim(connection, scope.id, route, idempotency_key, body=answer, model=ClusterLabelled)
        if once.answer is not None:
            return Outcome(once.answer.annotation), once.answer
        target = target_of(scope)
        lock_images(connection, answer.image_ids)
        meant = Answer(category_id=scope.category_id, seconds=answer.seconds)
        outcome = submit(connection, target, meant, expected=expected)
        if outcome.annotation is None or outcome.changed:
            once.forget(connection)
            return outcome, None
        number = settle_cluster(
            connection, target, scope.category_id, answer.image_ids, answer.dropped_image_ids
        )
        labelled = ClusterLabelled(annotation=outcome.annotation, weak=number)
        once.remember(connection, labelled)
        return outcome, labelled

    outcome, labelled = await write(store, query_id)
    count(outcome)
    if outcome.job_ids:
        await run_in_threadpool(notify_round_jobs, outcome.job_ids)
    return as_json(labelled or accepted(outcome))


def _require_members(credentials: Credentials, query_id: str, answer: ClusterAnswer) -> None:
    """Raise 422 where an image is not of the query's cluster; 401 and 404 as everywhere."""
    with read_connection() as connection:
        scope = query_scope(connection, credentials, query_id)
        merged = read_merged(connection, scope.project_id)
        known = {each.image_id for each in members(connection, query_id, None, merged)}
    for field in ("image_ids", "dropped_image_ids"):
        if not known.issuperset(getattr(answer, field)):
            raise Problem(422, "An image is not of the cluster of this query.", field=field)
