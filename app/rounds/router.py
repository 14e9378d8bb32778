"""Rounds: starting one, following it, pausing, resuming, finishing and cancelling it."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Query
from sqlalchemy.orm import Session

from app.access import find, scoped
from app.core.database import read_session, write_session
from app.core.models import Project, Round
from app.core.states import RoundState
from app.deps import CurrentUser, IdempotencyHeader, Principal
from app.idempotency import claim
from app.pagination import Page, PageQuery, fetch_page
from app.rounds import service
from app.rounds.disagreement import disagreement
from app.rounds.disagreement_schemas import DisagreementOut
from app.rounds.finishing import finish_round
from app.rounds.forecast import forecast
from app.rounds.schemas import ForecastOut, NewRound, RoundOut, StepOut
from app.rounds.views import round_out, rounds_out, steps_out

router = APIRouter(tags=["rounds"])
MoreLabels = Annotated[int, Query(ge=1, le=100_000, description="How many labels more.")]
Worth = Annotated[float, Query(ge=0, le=1, description="The least gain in accuracy that they are worth.")]
States = Annotated[list[RoundState] | None, Query()]


@router.post("/projects/{project_id}/rounds", status_code=201)
def create_round(
    project_id: str, body: NewRound, user: CurrentUser, idempotency_key: IdempotencyHeader = None
) -> RoundOut:
    """Start a round; a retry with the same Idempotency-Key returns the one that was started."""
    with write_session() as session:
        find(session, Project, project_id, user, "owner")
        route = f"POST /projects/{project_id}/rounds"
        once = claim(session.connection(), user.id, route, idempotency_key, body=body, model=RoundOut)
        if once.answer is not None:
            return once.answer
        created = round_out(session, service.start_round(session, project_id, body.config, user.id))
        once.remember(session.connection(), created, 201)
        return created


@router.get("/projects/{project_id}/rounds")
def list_rounds(project_id: str, user: CurrentUser, page: PageQuery, state: States = None) -> Page[RoundOut]:
    """Return the project's rounds, newest first; `state` may be given more than once."""
    with read_session() as session:
        find(session, Project, project_id, user)
        statement = scoped(Round, user).where(Round.project_id == project_id)
        if state:
            statement = statement.where(Round.state.in_(state))
        rows: Page[Round] = fetch_page(
            session, statement, Round.id, page, lambda row: row.Round, newest_first=Round.number
        )
        return Page(items=rounds_out(session, rows.items), next_cursor=rows.next_cursor)


@router.get("/rounds/{round_id}")
def get_round(round_id: str, user: CurrentUser) -> RoundOut:
    """Return one round."""
    with read_session() as session:
        return round_out(session, find(session, Round, round_id, user))


@router.get("/rounds/{round_id}/steps")
def list_steps(round_id: str, user: CurrentUser) -> list[StepOut]:
    """Return the round's steps; index 0 is the point measured on the indicators alone."""
    with read_session() as session:
        return steps_out(session, find(session, Round, round_id, user))


@router.get("/projects/{project_id}/forecast")
def get_forecast(
    project_id: str, user: CurrentUser, labels: MoreLabels = 10, worth: Worth = 0.005
) -> ForecastOut | None:
    """Return how good the newest model is, and what more labels would buy; null before there is a model."""
    with read_session() as session:
        find(session, Project, project_id, user)
        return forecast(session, project_id, labels, worth)


@router.get("/projects/{project_id}/disagreement")
def get_disagreement(project_id: str, user: CurrentUser) -> DisagreementOut:
    """Return how many labels the model doubts, and the people whom it suddenly disagrees with; for owners.

    A person is named by chance in fewer than 1 of 50 cases, looked at after each of 200 answers.
    """
    with read_session() as session:
        find(session, Project, project_id, user, "owner")
        return disagreement(session, project_id, user.id)


@router.post("/rounds/{round_id}/pause")
def pause_round(round_id: str, user: CurrentUser) -> RoundOut:
    """Stop handing out images until the round is resumed."""
    return _change(round_id, user, service.pause_round)


@router.post("/rounds/{round_id}/resume")
def resume_round(round_id: str, user: CurrentUser) -> RoundOut:
    """Go on where the round was paused."""
    return _change(round_id, user, service.resume_round)


@router.post("/rounds/{round_id}/finish")
def finish(round_id: str, user: CurrentUser) -> RoundOut:
    """End the round where it is: open images are withdrawn, and the model learns once more from its labels.

    `finishing` says that the model is still at work; the round is done after it.
    """
    return _change(round_id, user, finish_round)


@router.post("/rounds/{round_id}/cancel")
def cancel_round(round_id: str, user: CurrentUser) -> RoundOut:
    """End the round at once; its labels stay, and no model learns from those of its last step."""
    return _change(round_id, user, service.cancel_round)


def _change(round_id: str, user: Principal, change: Callable[[Session, Round], None]) -> RoundOut:
    with write_session() as session:
        row = find(session, Round, round_id, user, "owner")
        change(session, row)
        row.changed_by = user.id
        session.flush()
        return round_out(session, row)
