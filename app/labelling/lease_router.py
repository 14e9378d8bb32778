"""Leases: being handed images, keeping them, and giving them back when the tab closes."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from sqlalchemy import Connection
from starlette.concurrency import run_in_threadpool

from app.deps import CredentialsDep
from app.jobs.service import notify_round_jobs
from app.labelling import leases
from app.labelling.ahead import propose_ahead
from app.labelling.beacons import beacon_body, beacon_schema
from app.labelling.group_commit import write
from app.labelling.lease_schemas import LeaseRequest, LeasesOut, QueryIds, RenewedOut, Waiting
from app.labelling.scope import as_json, round_scope
from app.projects.merged import read_merged

router = APIRouter(tags=["leases"])
beacon_router = APIRouter(tags=["leases"])
NOTHING_TO_HAND_OUT: dict[str, Waiting] = {
    "proposing": "model",
    "finetuning": "model",
    "paused": "others",
    "done": "finished",
    "failed": "finished",
    "cancelled": "finished",
}


@router.post("/rounds/{round_id}/leases", response_model=LeasesOut)
async def lease(round_id: str, body: LeaseRequest, credentials: CredentialsDep) -> Response:
    """Hand out up to `count` queries: the live leases of the same holder, then those of the oldest step.

    `holder` is any name by which the caller tells their tabs apart: no two of them are given the same image.

    `waiting_for` says why there are none: the model is learning, others hold what is left (or the round is
    paused), or the round has finished.
    """

    def take(connection: Connection) -> tuple[LeasesOut, str | None]:
        scope = round_scope(connection, credentials, round_id)
        if scope.round_state != "labelling":
            return LeasesOut(items=[], waiting_for=NOTHING_TO_HAND_OUT[scope.round_state]), None
        steps = leases.open_steps(connection, round_id)
        rows = leases.take(connection, scope.id, list(steps), body.count, holder=body.holder)
        few = len(rows) < body.count
        job_id = propose_ahead(connection, round_id, somebody_waits=not rows) if few else None
        if not rows:
            return LeasesOut(items=[], waiting_for=_waiting_for(connection, steps)), job_id
        merged = read_merged(connection, scope.project_id)
        items = [leases.shown(row, steps[row.step_id], leases.expiry(), merged) for row in rows]
        return LeasesOut(items=items, waiting_for=None), job_id

    leased, job_id = await write(take)
    if job_id is not None:
        await run_in_threadpool(notify_round_jobs, [job_id])
    return as_json(leased)


def _waiting_for(connection: Connection, step_ids: Iterable[str]) -> Waiting:
    return "others" if any(leases.any_open(connection, each) for each in step_ids) else "model"


@router.post("/rounds/{round_id}/leases/renew", response_model=RenewedOut)
async def renew_leases(round_id: str, body: QueryIds, credentials: CredentialsDep) -> Response:
    """Extend the caller's leases; `lost` are those that somebody else has by now, or that are settled."""

    def renew(connection: Connection) -> set[str]:
        user_id = round_scope(connection, credentials, round_id).id
        return leases.renew(connection, user_id, round_id, body.query_ids, holder=body.holder)

    kept = await write(renew)
    renewed = [query_id for query_id in body.query_ids if query_id in kept]
    lost = [query_id for query_id in body.query_ids if query_id not in kept]
    return as_json(RenewedOut(renewed=renewed, lost=lost, expires_at=leases.expiry()))


@beacon_router.post(
    "/rounds/{round_id}/leases/release", status_code=204, openapi_extra=beacon_schema(QueryIds)
)
async def release_leases(
    round_id: str,
    body: Annotated[QueryIds, Depends(beacon_body(QueryIds, "query_ids"))],
    credentials: CredentialsDep,
) -> None:
    """Give leases back. `navigator.sendBeacon` may call this: a cookie's `Origin` must be this site's."""

    def release(connection: Connection) -> None:
        user_id = round_scope(connection, credentials, round_id).id
        leases.release(connection, user_id, round_id, body.query_ids, holder=body.holder)

    await write(release)
