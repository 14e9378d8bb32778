"""Deleting a project: nobody sees it from the request on, and a job deletes what it holds, in parts."""

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.core.database import now
from app.core.models import Invitation, Job, Membership, Project, Round
from app.core.states import ROUND_ENDED
from app.jobs.service import create_job

KIND = "delete"


def delete_project(session: Session, project: Project, by: str) -> Job:
    """Take the project from its members, end what runs in it, and return the job that deletes it.

    Everything is found through a membership (`app/access.py`) or a signed link: without both it is gone.
    """
    for table in (Membership, Invitation, Job):
        session.execute(delete(table).where(table.project_id == project.id))
    running = update(Round).where(Round.project_id == project.id, Round.state.not_in(ROUND_ENDED))
    session.execute(running.values(state="cancelled", finished_at=now()))
    project.link_key, project.deleted_at = None, now()
    return create_job(session, KIND, {"project_id": project.id}, created_by=by)
