"""What an export will lack: images that are gone from storage, and those that no model has seen."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.models import Image
from app.exports.rows import ROWS_PER_PAGE, Source, stored_hashes
from app.exports.schemas import ExportReport, MissingImage, lost_models_out, model_out

LISTED = 100


def export_report(session: Session, source: Source, audited: int) -> ExportReport:
    """Return what is missing; every image is looked for in storage. Of `audited` images an audit is open."""
    statement = select(Image.id, Image.filename, Image.sha256).where(Image.project_id == source.project_id)
    predictions = source.predictions
    images = unpredicted = unreadable = 0
    missing: list[MissingImage] = []
    for rows in session.execute(statement.order_by(Image.id)).partitions(ROWS_PER_PAGE):
        stored = stored_hashes(row.sha256 for row in rows)
        missing += [
            MissingImage(image_id=row.id, filename=row.filename, sha256=row.sha256)
            for row in rows
            if row.sha256 not in stored
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
        missing=len(missing),
        missing_images=missing[:LISTED],
        audited=audited,
    )
