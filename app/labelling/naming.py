"""Answers that name their category: the first one makes it, in the transaction that stores the answer."""

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from app.core.models import Membership, Project
from app.projects.category_service import category_called


def category_of_name(connection: Connection, project_id: str, user_id: str, name: str) -> str:
    """Return the id of the project's category called `name`, which is made where there is none.

    403 where the user may not make categories.
    """
    with Session(connection, expire_on_commit=False) as session:
        project = session.get_one(Project, project_id)
        role = session.get_one(Membership, (project_id, user_id)).role
        return category_called(session, project, name, role)
