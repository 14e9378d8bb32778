"""Leases: being handed images, keeping them, and giving them back when the tab closes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError
from sqlalchemy import Connection

from app.core.problems import Problem
from app.deps import CredentialsDep
from app.labelling import leases
from app.labelling.group_commit import write
from app.labelling.lease_schemas import LeaseItem, LeaseRequest, LeasesOut, QueryIds, RenewedOut, Waiting
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
    """Hand out up to `count` queries of the current step, the live leases of the same holder first.

    `holder` is any name by which the caller tells their tabs apart: no two of them are given the same image.

    `waiting_for` says why there are none: the model is learning, others hold what is left (or the round is
    paused), or the round has finished.
    """

    def take(connection: Connection) -> tuple[list[LeaseItem], Waiting | None]:
        scope = round_scope(connection, credentials, round_id)
        if scope.round_state != "labelling":
            return [], NOTHING_TO_HAND_OUT[scope.round_state]
        rows = leases.take(connection, scope.id, scope.step_id, body.count, holder=body.holder)
        if not rows:
            return [], _waiting_for(connection, scope.step_id)
        merged = read_merged(connection, scope.project_id)
        return [leases.shown(row, scope.step, leases.expiry(), merged) for row in rows], None

    items, waiting_for = await write(take)
    return as_json(LeasesOut(items=items, waiting_for=waiting_for))


def _waiting_for(connection: Connection, step_id: str) -> Waiting:
    return "others" if leases.any_open(connection, step_id) else "model"


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


async def _beacon_body(request: Request, _credentials: CredentialsDep) -> QueryIds:
    """Read the body as JSON whether it says so or is `text/plain`, which is what a closing tab can send.

    The credentials come first: they refuse a cookie that another site's page sent along.
    """
    content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if content_type not in {"application/json", "text/plain"}:
        raise Problem(415, "Send the body as application/json or text/plain.")
    try:
        return QueryIds.model_validate_json(await request.body())
    except ValidationError as error:
        raise Problem(422, "Send {query_ids: [...]}, at most 100.", field="query_ids") from error


BEACON_SCHEMA = {"schema": {"$ref": "#/components/schemas/QueryIds"}}


@beacon_router.post(
    "/rounds/{round_id}/leases/release",
    status_code=204,
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": BEACON_SCHEMA}}},
)
async def release_leases(
    round_id: str, body: Annotated[QueryIds, Depends(_beacon_body)], credentials: CredentialsDep
) -> None:
    """Give leases back. `navigator.sendBeacon` may call this: a cookie's `Origin` must be this site's."""

    def release(connection: Connection) -> None:
        user_id = round_scope(connection, credentials, round_id).id
        leases.release(connection, user_id, round_id, body.query_ids, holder=body.holder)

    await write(release)
