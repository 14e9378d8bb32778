"""Bodies of annotations."""

from datetime import datetime
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.core.bodies import Body
from app.core.kinds import AnnotationKind
from app.core.names import Name
from app.labelling.lease_schemas import LeaseItem

Skip = Literal["unclear", "not_in_list", "broken"]


class Answer(Body):
    """A category or a skip; `seconds` is how long the annotator looked at the image.

    `category_name` stands for the category of that name, whatever its case; where there is none it is made.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [{"skip": "unclear"}]})

    category_id: str | None = Field(None, max_length=64)
    category_name: Name | None = None
    skip: Skip | None = None
    seconds: float | None = Field(None, ge=0, le=86_400)

    @model_validator(mode="after")
    def one_of_them(self) -> Self:
        if [self.category_id, self.category_name, self.skip].count(None) != 2:
            raise ValueError("give exactly one of category_id, category_name and skip")
        return self


class AnnotationOut(BaseModel):
    id: str
    query_id: str | None
    image_id: str
    category_id: str | None
    skip: Skip | None
    kind: AnnotationKind
    version: int
    created_at: datetime


class MyAnnotation(AnnotationOut):
    """One of the caller's answers in a round, newest first, for undo after a reload."""

    step: int


class UndoOut(BaseModel):
    """`annotation` is the answer that was withdrawn.

    `item` is its query, open again and leased to the caller; null where the step's labels were frozen before
    (the label then counts no more from the next step on) or where somebody else has the query.
    """

    annotation: AnnotationOut
    item: LeaseItem | None


class DirectAnnotation(Body):
    category_id: str = Field(max_length=64)
