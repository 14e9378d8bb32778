"""Exports for the command line, which sees what the project's owner sees."""

from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import select

from app.core.database import read_session, write_session
from app.core.models import Membership, Project
from app.exports.documents import document_head, json_document, label_studio_document
from app.exports.folders import folders_with_missing
from app.exports.label_studio import label_studio_config
from app.exports.rows import exported_images, open_source
from app.exports.schemas import Format
from app.exports.tables import csv_lines
from app.images.links import Link, image_links


def export(project_id: str, form: Format, site: str) -> Iterator[bytes]:
    """Yield the export of the project in pieces; it is read from the database as they are taken.

    `site` is where people reach the service.
    """
    owners = select(Membership.user_id).where(Membership.project_id == project_id, Membership.role == "owner")
    with read_session() as session:
        name = session.scalars(select(Project.name).where(Project.id == project_id)).one()
        source = open_source(session, project_id, session.scalars(owners.limit(1)).one())
    if form == "imagefolder":
        yield from folders_with_missing(source)[0]
        return
    head = document_head(source, name)
    forms: dict[str, Callable[[], Iterable[str]]] = {
        "csv": lambda: csv_lines(exported_images(source), source.model, with_truth=source.with_truth),
        "json": lambda: json_document(exported_images(source), head),
        "labelstudio": lambda: label_studio_document(
            exported_images(source), source.model, _links(project_id, site)
        ),
        "labelstudio-config": lambda: [label_studio_config(source.listed)],
    }
    for part in forms[form]():
        yield part.encode()


def _links(project_id: str, site: str) -> Link:
    with write_session() as session:
        return image_links(session, project_id, site)
