"""What an export will lack: images that are gone from storage, and those that no model has seen."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Row, select

from app.core.database import read_session
from app.core.models import Image
from app.exports.rows import ROWS_PER_PAGE, Source, stored_hashes
from app.exports.schemas import ExportReport, MissingImage, lost_models_out, model_out

LISTED = 100


def export_report(source: Source, audited: int) -> ExportReport:
    """Return what is missing; every image is looked for in storage. Of `audited` images an audit is open."""
    predictions = source.predictions
    images = unpredicted = unreadable = missing = 0
    listed: list[MissingImage] = []
    for rows in _pages(source.project_id):
        stored = stored_hashes(row.sha256 for row in rows)
        lost = [row for row in rows if row.sha256 not in stored]
        missing += len(lost)
        listed += [
            MissingImage(image_id=row.id, filename=row.filename, sha256=row.sha256)
            for row in lost[: LISTED - len(listed)]
        ]
        images += len(rows)
        if predictions is not None:
            unpredicted += sum(row.id not in predictions.seen for row in rows)
            unreadable += sum(row.id in predictions.seen and row.id not in predictions.rows for row in rows)
    return ExportReport(
        images=images,
        model=model_out(source.model) if source.model else None,
        lost_models=lost_models_out(source.lost_models),
        unpredicted=unpredicted if predictions is not None else images,
        unreadable=unreadable,
        missing=missing,
        missing_images=listed,
        audited=audited,
    )


def _pages(project_id: str) -> Iterator[Sequence[Row[str, str, str]]]:
    """Yield the images' id, filename and sha256, each page in a transaction of its own."""
    statement = select(Image.id, Image.filename, Image.sha256).where(Image.project_id == project_id)
    after = ""
    while True:
        with read_session() as session:
            page = statement.where(Image.id > after).order_by(Image.id).limit(ROWS_PER_PAGE)
            rows = session.execute(page).all()
        yield rows
        if len(rows) < ROWS_PER_PAGE:
            return
        after = rows[-1].id
