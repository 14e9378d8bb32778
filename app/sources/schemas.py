"""Bodies of sources: auxiliary image sets for pretraining."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from app.core.bodies import Body
from app.core.names import Name
from app.core.states import SourceState
from app.projects.schemas import Role
from ml.config import DatasetSource, FolderSource, TorchvisionSource, ZipSource


class ProjectSource(Body):
    """The pool of a project that the caller works on."""

    kind: Literal["project"]
    project_id: str = Field(max_length=64)


NewSourceSpec = Annotated[
    FolderSource | ZipSource | DatasetSource | TorchvisionSource | ProjectSource,
    Field(discriminator="kind"),
]


class NewSource(Body):
    name: Name
    source: NewSourceSpec


class SourceAccepted(BaseModel):
    id: str
    job_id: str


class SourceOut(BaseModel):
    """`params` say where the images are; a path on the server is shown to administrators only.

    `role` is the caller's towards the source: its owners may delete it.
    """

    id: str
    name: str
    kind: Literal["folder", "zip", "dataset", "torchvision", "project"]
    params: dict[str, Any]
    state: SourceState
    images: int | None
    error: str | None
    role: Role
    created_at: datetime
