"""Whether a round of a project is running."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.models import Round
from app.core.states import ROUND_ENDED


def loop_runs(session: Session, project_id: str) -> bool:
    """Return whether the project has a round that has not ended and asks about images: no review."""
    running = select(Round.id).where(Round.project_id == project_id, Round.state.not_in(ROUND_ENDED))
    return session.scalar(running.where(Round.kind == "loop").limit(1)) is not None


def round_runs(session: Session, project_id: str) -> bool:
    """Return whether the project has a round that has not ended."""
    running = select(Round.id).where(Round.project_id == project_id, Round.state.not_in(ROUND_ENDED))
    return session.scalar(running.limit(1)) is not None
