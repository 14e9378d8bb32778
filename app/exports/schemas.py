"""Bodies of predictions and exports."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from app.exports.formats import FORMATS, known_format
from app.images.schemas import Split
from app.pagination import Page
from app.rounds.newest import LostModel, TrainedStep
from app.rounds.schemas import Accuracy

Format = Annotated[
    str,
    AfterValidator(known_format),
    WithJsonSchema(
        {
            "type": "string",
            "enum": list(FORMATS),
            "x-titles": {name: row.title for name, row in FORMATS.items()},
            "x-hints": {name: row.hint for name, row in FORMATS.items()},
        }
    ),
]
"""The name of a format, with the browser's words for each in the schema."""


class ModelOut(BaseModel):
    """The model that predicted: the `step` of the `round`th round of the project, and the accuracy shown."""

    round_id: str
    round: int
    step: int
    accuracy: Accuracy | None


class LostModelOut(BaseModel):
    """A step whose model would be newer but cannot be used: `files` of it are missing or damaged."""

    model_config = ConfigDict(from_attributes=True)

    round_id: str
    round: int
    step: int
    files: list[str]


class Prediction(BaseModel):
    """The newest model's best guess for an image, and how sure it is; annotators are told no path."""

    image_id: str
    filename: str
    path: str | None
    split: Split
    category_id: str
    category: str
    confidence: float


class PredictionsPage(Page[Prediction]):
    """`model` is the one that predicted all of them; None before the first. `lost_models` would be newer.

    `audited` images of the project have no guess here, because an open audit may still ask about them.
    """

    model: ModelOut | None = None
    lost_models: list[LostModelOut] = Field(default_factory=list)
    audited: int = 0


class MissingImage(BaseModel):
    image_id: str
    filename: str
    sha256: str


class ExportReport(BaseModel):
    """What an export will have: `images` in all, and of how many `model` says nothing, `unreadable` or not.

    `missing` counts those that are not in storage, the first 100 of which are listed. `lost_models` would be
    newer than `model`, had they all their files. An open audit may still ask people about `audited` images,
    whose guesses the export has.
    """

    images: int
    model: ModelOut | None
    lost_models: list[LostModelOut]
    unpredicted: int
    unreadable: int
    missing: int
    missing_images: list[MissingImage]
    audited: int


class Guess(BaseModel):
    category: str
    confidence: float


class ExportedLabel(BaseModel):
    """One standing answer with where it came from.

    `step`, `cluster_size` and `suggestion` (what the annotator was shown) are those of its query; an
    indicator or an imported label has none. A weak label has the step and the size of its cluster.
    """

    category: str | None
    skip: str | None
    kind: str
    round_id: str | None
    step: int | None
    cluster_size: int | None
    suggestion: Guess | None
    annotator: str | None
    seconds: float | None
    version: int
    created_at: datetime


class ExportedImage(BaseModel):
    """`labels` are newest first; `truth` is only there for owners, after the last round has ended.

    `stored` is false where the image itself is missing from storage.
    """

    id: str
    filename: str
    path: str
    sha256: str
    split: Split
    format: str
    excluded: str | None
    stored: bool
    labels: list[ExportedLabel]
    prediction: Guess | None
    truth: str | None

    @property
    def label(self) -> ExportedLabel | None:
        """Return the label that counts: the newest that names a category."""
        return next((label for label in self.labels if label.category is not None), None)


def model_out(model: TrainedStep) -> ModelOut:
    """Return what is said of the model that predicted."""
    return ModelOut(**{name: getattr(model, name) for name in ModelOut.model_fields})


def lost_models_out(lost: Iterable[LostModel]) -> list[LostModelOut]:
    """Return what is said of models that cannot be used."""
    return [LostModelOut.model_validate(each) for each in lost]
