"""What comparing encoders is asked and answers; torch-free."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from ml.messages import EncoderFile, ImageFile, Message


class CompareRequest(Message):
    """How often the default head on `encoder` is right about `labels` that it has not learned from is wanted.

    `labels` are as in StepRequest. Embedding ends after `seconds` of work: then it is asked again. Images
    whose sha256 is in `unreadable` are not tried. `timed` says that the encoder's speed is known.
    """

    encoder: EncoderFile
    pool: list[ImageFile]
    labels: dict[str, Annotated[int, Field(ge=0)]]
    unreadable: list[str] = Field(default_factory=list)
    timed: bool = False
    seconds: float = Field(gt=0)
    cache_directory: Path


class CompareResult(Message):
    """`hits` says of each labelled image that was left out whether the head had it right.

    None where images have to be embedded first: `left` of those that are compared on. `embedded` images took
    `seconds`. Of the pool, `missing` have no features.
    """

    hits: dict[str, bool] | None
    left: int
    embedded: int
    seconds: float
    missing: int
    unreadable: list[str]
