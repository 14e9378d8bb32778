"""CSV: one row an image, with the label that counts, its origin and the newest prediction.

Every table that the product writes goes through `csv_line`: RFC 4180, with a byte-order mark at its start, by
which spreadsheets know that it is UTF-8.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from app.exports.content import Content, Export
from app.exports.rows import exported_images
from app.exports.schemas import ExportedImage, ExportedLabel
from app.rounds.newest import TrainedStep

BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = set("=+-@\N{MINUS SIGN}")
QUOTES = '"`'
_PLAIN = re.compile(r"[A-Za-z0-9][^;\t\r\n]*")
_AFTER_A_SEPARATOR = re.compile(r"(?<=[;\t\r\n])(?=.)", re.DOTALL)
COLUMNS = (
    "image_id", "filename", "path", "sha256", "split", "excluded", "stored",
    "category", "kind", "round_id", "step", "cluster_size", "suggestion", "suggestion_confidence",
    "annotator", "seconds", "version", "labelled_at",
    "predicted_category", "predicted_confidence", "model_round", "model_step", "model_accuracy",
    "certificate", "truth",
)  # fmt: skip


def write_csv(export: Export) -> Content:
    """Return the project as CSV."""
    source = export.source
    return Content(
        csv_lines(
            exported_images(source),
            source.model,
            with_truth=source.with_truth,
            certified=export.certified,
        )
    )


def csv_lines(
    images: Iterable[ExportedImage],
    model: TrainedStep | None,
    *,
    with_truth: bool,
    certified: str | None = None,
) -> Iterator[str]:
    """Yield the header and a line per image; the column `truth` only where truths may go out.

    What is `certified` of all labels stands in each line: CSV has no other place for it.
    """
    yield csv_head(with_truth=with_truth)
    for image in images:
        yield image_line(image, model, with_truth=with_truth, certified=certified)


def csv_head(*, with_truth: bool) -> str:
    """Return what begins the table of images."""
    return BYTE_ORDER_MARK + csv_line(_columns(with_truth=with_truth))


def image_line(
    image: ExportedImage, model: TrainedStep | None, *, with_truth: bool, certified: str | None = None
) -> str:
    """Return the line of an image."""
    values = _values(image, model) | {"certificate": certified}
    return csv_line([values.get(column) for column in _columns(with_truth=with_truth)])


def _columns(*, with_truth: bool) -> tuple[str, ...]:
    return COLUMNS if with_truth else COLUMNS[:-1]


def _values(image: ExportedImage, model: TrainedStep | None) -> dict[str, Any]:
    values: dict[str, Any] = {
        "image_id": image.id,
        "filename": image.filename,
        "path": image.path,
        "sha256": image.sha256,
        "split": image.split,
        "excluded": image.excluded,
        "stored": "yes" if image.stored else "no",
        "truth": image.truth,
    }
    if image.label:
        values |= _label_values(image.label)
    if image.prediction:
        values["predicted_category"] = image.prediction.category
        values["predicted_confidence"] = image.prediction.confidence
        values |= _model_values(model)
    return values


def _model_values(model: TrainedStep | None) -> dict[str, Any]:
    if model is None:
        return {}
    accuracy = model.accuracy.top1 if model.accuracy else None
    return {"model_round": model.round, "model_step": model.step, "model_accuracy": accuracy}


def _label_values(label: ExportedLabel) -> dict[str, Any]:
    return {
        "category": label.category,
        "kind": label.kind,
        "round_id": label.round_id,
        "step": label.step,
        "cluster_size": label.cluster_size,
        "suggestion": label.suggestion.category if label.suggestion else None,
        "suggestion_confidence": label.suggestion.confidence if label.suggestion else None,
        "annotator": label.annotator,
        "seconds": label.seconds,
        "version": label.version,
        "labelled_at": label.created_at.isoformat(),
    }


def csv_line(values: Iterable[Any]) -> str:
    """Return a line of a CSV whose cells no spreadsheet takes for formulas."""
    buffer = io.StringIO()
    csv.writer(buffer).writerow([inert(value) for value in values])
    return buffer.getvalue()


def inert(value: Any) -> Any:
    """Return a cell that no spreadsheet takes for a formula: such text gets a leading apostrophe.

    So does what follows a semicolon, a tab or the end of a line inside it: a spreadsheet begins a cell there
    where that is the list separator of its system.
    """
    if not isinstance(value, str) or _PLAIN.fullmatch(value):
        return value
    pieces = _AFTER_A_SEPARATOR.split(value)
    guarded = "".join(f"'{piece}" if _acts(piece) else piece for piece in pieces)
    return f"'{guarded}" if value.startswith(("\t", "\r", "\n")) else guarded


def _acts(text: str) -> bool:
    """Return whether a spreadsheet may take `text` for a formula.

    It may skip quotes and what cannot be seen, and take full-width and small forms of a sign for the sign.
    """
    seen = (each for each in text if each not in QUOTES and unicodedata.category(each)[0] not in "CZ")
    return unicodedata.normalize("NFKC", next(seen, ""))[:1] in FORMULA_STARTS
