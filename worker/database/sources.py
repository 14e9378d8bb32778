"""Sources: from their rows to the images they name, and counting them."""

from pydantic import TypeAdapter
from sqlalchemy import Connection, or_, select

from app.core.database import read_connection
from app.core.models import Category, Image, Source, Truth
from app.core.storage import get_storage
from app.core.storage.keys import image_key
from app.images.importing import allowed_path
from ml.config import SourceSpec
from ml.errors import UnusableInputError
from ml.messages import FilesSource, ImageSource
from worker.database.claims import Claim, UnwantedError, fenced_session
from worker.database.outcomes import finish_in

_SPECS: TypeAdapter[SourceSpec] = TypeAdapter(SourceSpec)


def load_source(claim: Claim) -> ImageSource:
    """Return the images of the claim's source.

    UnwantedError where it is gone; Problem where its path may not be read any more.
    """
    with read_connection() as connection:
        return resolve_source(connection, claim.params["source_id"])


def resolve_source(connection: Connection, source_id: str) -> ImageSource:
    """Return the images of a source, those of a project's pool as they are now.

    UnwantedError where there is no such source; Problem where its path may not be read (any more).
    """
    row = connection.execute(
        select(Source.kind, Source.params, Source.project_id).where(Source.id == source_id)
    ).first()
    if row is None:
        raise UnwantedError(source_id)
    if row.project_id is not None:
        return FilesSource(paths=pool_paths(connection, row.project_id))
    params = dict(row.params)
    if "path" in params:
        params["path"] = str(allowed_path(params["path"]))
    return _SPECS.validate_python(params | {"kind": row.kind})


def pool_paths(connection: Connection, project_id: str) -> list[str]:
    """Return where the readable images of a project's pool lie, in the order of their ids."""
    usable = or_(Image.excluded.is_(None), Image.excluded != "broken")
    statement = select(Image.sha256).where(Image.project_id == project_id, Image.split == "pool", usable)
    storage = get_storage()
    return [
        str(storage.local_path(image_key(sha256)))
        for sha256 in connection.scalars(statement.order_by(Image.id))
    ]


def known_test_images(connection: Connection, project_id: str) -> FilesSource | None:
    """Return the test images whose category is known and in use, with its id; None where there are none."""
    statement = (
        select(Image.sha256, Truth.category_id)
        .join(Truth, Truth.image_id == Image.id)
        .join(Category, Category.id == Truth.category_id)
        .where(Image.project_id == project_id, Image.split == "test", Category.archived_at.is_(None))
        .order_by(Image.id)
    )
    rows = connection.execute(statement).all()
    if not rows:
        return None
    paths = [str(get_storage().local_path(image_key(sha256))) for sha256, _ in rows]
    return FilesSource(paths=paths, classes=[category_id for _, category_id in rows])


def save_source(claim: Claim, images: int) -> None:
    """Make the source ready; UnusableInputError where it has no images, UnwantedError where it is gone."""
    if not images:
        raise UnusableInputError("There are no images in this source.")
    with fenced_session(claim.fence) as session:
        source = session.get(Source, claim.params["source_id"])
        if source is None:
            raise UnwantedError(claim.params["source_id"])
        source.state, source.images = "ready", images
        finish_in(session, claim.fence, {"images": images})
