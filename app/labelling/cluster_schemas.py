"""Bodies of clusters."""

from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from app.core.bodies import Body
from app.labelling.schemas import AnnotationOut

MOST_IMAGES = 1000
ImageId = Annotated[str, Field(max_length=64)]


class ClusterImage(BaseModel):
    """`belief` is how likely the image shows the category that was asked about; null without a model.

    `weak_category_id` is of the weak label that an answer has given it before.
    """

    image_id: str
    belief: float | None
    weak_category_id: str | None


class PurityOut(BaseModel):
    """The estimated share of the images that show the category, with a 90 % interval."""

    estimate: float
    low: float
    high: float


class ClusterPage(BaseModel):
    """`size` counts the cluster with its eigen-sample, and `evidence` is what an interval goes by.

    `cut` is how many of the first page are proposed, and `purity` is of these: null without a model.
    """

    items: list[ClusterImage]
    next_cursor: str | None
    size: int
    cut: int
    purity: PurityOut | None
    evidence: float


class ClusterAnswer(Body):
    """The category of the query and of `image_ids`; `dropped_image_ids` are asked about next."""

    category_id: str = Field(max_length=64)
    image_ids: list[ImageId] = Field(max_length=MOST_IMAGES)
    dropped_image_ids: list[ImageId] = Field(default=[], max_length=MOST_IMAGES)
    seconds: float | None = Field(None, ge=0, le=86_400)

    @model_validator(mode="after")
    def kept_or_dropped(self) -> Self:
        if set(self.image_ids) & set(self.dropped_image_ids):
            raise ValueError("an image is either kept or dropped")
        return self


class ClusterLabelled(BaseModel):
    """The label of the query, and how many images of its cluster have a weak label by it now."""

    annotation: AnnotationOut
    weak: int
