"""Bodies of images, imports and indicator candidates."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field

from app.core.bodies import Body
from app.core.kinds import AnnotationKind
from app.images.code_pages import CodePage
from app.images.ingest import Refused
from app.images.records import Conflict

Split = Literal["pool", "test"]
Labels = Literal["ignore", "truth", "annotate"]


class ImageOut(BaseModel):
    """`category_id` and `kind` are of the live annotation, if any; `annotation_version` is for `If-Match`.

    A weak label has no version: whoever labels the image replaces it.

    `path` is where the file lay in what was uploaded or imported; null for annotators: folders name classes.
    """

    id: str
    filename: str
    path: str | None
    sha256: str
    split: Split
    width: int
    height: int
    format: str
    excluded: Literal["broken", "not_in_list"] | None
    category_id: str | None
    kind: AnnotationKind | None
    annotation_version: int | None
    created_at: datetime


class Rejected(BaseModel):
    """A file that is no image of the project: `path` as it came, `filename` its last part."""

    path: str
    filename: str
    reason: str

    @classmethod
    def of(cls, refused: Refused) -> Self:
        """Return what is told of a refused file."""
        return cls(path=refused.path, filename=refused.filename, reason=refused.reason)


class ConflictOut(BaseModel):
    """Files that are the same image and name different categories; the image has none of them."""

    paths: list[str]
    labels: list[str]

    @classmethod
    def of(cls, conflict: Conflict) -> Self:
        """Return a conflict as the API shows it."""
        return cls(paths=conflict.paths, labels=conflict.labels)


class UploadOut(BaseModel):
    """Every file is `created`, a duplicate or `rejected`.

    `labelled` counts the images that got the category of their folder; `unlabelled` are stored files that
    did not, with the reason.
    """

    created: int
    duplicates: int
    rejected: list[Rejected]
    labelled: int
    unlabelled: list[Rejected]
    conflicts: list[ConflictOut]


class HoldBack(Body):
    """`import_id` takes labels of one import only; null those of all."""

    share: float = Field(0.1, gt=0, le=0.5)
    import_id: str | None = Field(None, max_length=32)


class HeldBack(BaseModel):
    """How many images moved to the test split, in all and by category id."""

    moved: int
    by_category: dict[str, int]


class LabelFileOut(BaseModel):
    """What came of a table of labels: lines that gave none are listed with the reason."""

    labelled: int
    rejected: list[Rejected]
    conflicts: list[ConflictOut]


class FolderImport(Body):
    """A folder on the server, below one of EIGENLABEL_IMPORT_ROOTS; administrators only."""

    kind: Literal["folder"]
    path: str = Field(max_length=4096)


class ZipImport(Body):
    """A zip on the server below one of EIGENLABEL_IMPORT_ROOTS; `folder` is a path inside it.

    `names_encoding` is the code page of names that are not marked as Unicode; null guesses it.
    """

    kind: Literal["zip"]
    path: str = Field(max_length=4096)
    folder: str = Field("", max_length=1024)
    names_encoding: CodePage | None = None


class DatasetImport(Body):
    """Images that an installed package carries."""

    kind: Literal["dataset"]
    name: Literal["mnist-5000"]


ImportSource = Annotated[FolderImport | ZipImport | DatasetImport, Field(discriminator="kind")]


class NewImport(Body):
    """`labels` says what class folders mean: nothing, a truth for measuring only, or annotations."""

    source: ImportSource
    split: Split = "pool"
    labels: Labels = "ignore"
