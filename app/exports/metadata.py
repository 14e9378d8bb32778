"""`metadata.csv` of an image folder: one row an image, as Hugging Face's `imagefolder` reads it.

It takes the type of a column from the first rows of each split, and refuses splits that differ: no column may
be empty here and full there. So every text has a value, `step` is a whole number, `confidence` a decimal one.
"""

from collections.abc import Mapping

from app.exports.schemas import ExportedImage
from app.exports.tables import BYTE_ORDER_MARK, csv_line
from app.rounds.newest import TrainedStep

COLUMNS = (
    "file_name", "path", "sha256", "label", "annotator", "kind", "step", "predicted", "confidence", "model",
)  # fmt: skip
NOBODY, NOTHING, OUTSIDE = "(unknown)", "(none)", 0
"""An annotator who is gone, no prediction, and the step of a label that no step asked for."""


def metadata_head() -> str:
    """Return what begins the table."""
    return BYTE_ORDER_MARK + csv_line(COLUMNS)


def metadata_line(
    name: str, image: ExportedImage, folders: Mapping[str, str], model: TrainedStep | None
) -> str:
    """Return the line of an image; its name is relative to the table, its label the name of its folder."""
    version = model.version if model else NOTHING
    label, guess = image.label, image.prediction
    values = {
        "file_name": name,
        "path": image.path,
        "sha256": image.sha256,
        "label": folders[label.category] if label and label.category else NOTHING,
        "annotator": (label and label.annotator) or NOBODY,
        "kind": label.kind if label else NOTHING,
        "step": (label and label.step) or OUTSIDE,
        "predicted": folders[guess.category] if guess else NOTHING,
        "confidence": guess.confidence if guess else None,
        "model": version if guess else NOTHING,
    }
    return csv_line(values[column] for column in COLUMNS)
