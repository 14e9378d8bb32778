"""Exports for the command line, which sees what the project's owner sees."""

from collections.abc import Iterator

from sqlalchemy import select

from app.certificates.certified import certified
from app.core.database import read_session
from app.core.models import Membership, Project
from app.exports.content import Export, content_of
from app.exports.rows import open_source


def export(project_id: str, form: str, site: str) -> Iterator[bytes]:
    """Yield the export of the project in pieces; it is read from the database as they are taken.

    `site` is where people reach the service.
    """
    owners = select(Membership.user_id).where(Membership.project_id == project_id, Membership.role == "owner")
    with read_session() as session:
        name = session.scalars(select(Project.name).where(Project.id == project_id)).one()
        source = open_source(session, project_id, session.scalars(owners.limit(1)).one())
        export = Export(project_id, name, source, site, certified(session, project_id))
    for part in content_of(export, form).parts:
        yield part.encode() if isinstance(part, str) else part
