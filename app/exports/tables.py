"""CSV: one row an image, with the label that counts, its origin and the newest prediction."""

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

from app.exports.schemas import ExportedImage, ExportedLabel

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
COLUMNS = (
    "image_id", "filename", "sha256", "split", "excluded",
    "category", "kind", "round_id", "step", "cluster_size", "suggestion", "suggestion_confidence",
    "annotator", "seconds", "version", "labelled_at",
    "predicted_category", "predicted_confidence", "truth",
)  # fmt: skip


def csv_lines(images: Iterable[ExportedImage], *, with_truth: bool) -> Iterator[str]:
    """Yield the header and a line per image; the column `truth` only where truths may go out."""
    columns = COLUMNS if with_truth else COLUMNS[:-1]
    yield _line(columns)
    for image in images:
        values = _values(image)
        yield _line([values.get(column) for column in columns])


def _values(image: ExportedImage) -> dict[str, Any]:
    values: dict[str, Any] = {
        "image_id": image.id,
        "filename": image.filename,
        "sha256": image.sha256,
        "split": image.split,
        "excluded": image.excluded,
        "truth": image.truth,
    }
    if image.label:
        values |= _label_values(image.label)
    if image.prediction:
        values["predicted_category"] = image.prediction.category
        values["predicted_confidence"] = round(image.prediction.confidence, 6)
    return values


def _label_values(label: ExportedLabel) -> dict[str, Any]:
    return {
        "category": label.category,
        "kind": label.kind,
        "round_id": label.round_id,
        "step": label.step,
        "cluster_size": label.cluster_size,
        "suggestion": label.suggestion.category if label.suggestion else None,
        "suggestion_confidence": round(label.suggestion.confidence, 6) if label.suggestion else None,
        "annotator": label.annotator,
        "seconds": label.seconds,
        "version": label.version,
        "labelled_at": label.created_at.isoformat(),
    }


def _line(values: Iterable[Any]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow([inert(value) for value in values])
    return buffer.getvalue()


def inert(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula: such text gets a leading apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
