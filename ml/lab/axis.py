"""The encoders of an experiment file: those that exist, and those that it pretrains."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import Field, model_validator

from ml.config import EncoderSpec, FrozenModel, PretrainedEncoder
from ml.lab.options import BUNDLED_NAME
from ml.lab.pretrainings import AxisName, Pretraining
from ml.messages import EncoderFile

SUFFIX = ".safetensors"


class EncoderChoice(FrozenModel):
    """An encoder under a `name` of its own: what `eigenlab embed --encoder` takes; in a file also as text."""

    name: AxisName
    encoder: str = BUNDLED_NAME
    image_size: int | None = Field(None, ge=1)

    @model_validator(mode="before")
    @classmethod
    def _named_like_its_file(cls, table: Any) -> Any:
        values = {"encoder": table} if isinstance(table, str) else table
        if not isinstance(values, dict) or "name" in values:
            return values
        encoder = str(values.get("encoder", BUNDLED_NAME))
        return values | {
            "name": Path(encoder).stem if encoder.endswith(SUFFIX) else encoder.replace(":", "-")
        }


class Average(FrozenModel):
    """Two `encoders` of the file by their names, averaged: the first chooses what is asked."""

    name: AxisName
    encoders: tuple[AxisName, AxisName]


@dataclass(frozen=True)
class GridEncoder:
    """One of the encoders: a `file`, or the `pretraining` that makes one for each collection and seed.

    `name` is None in a file that has a single encoder and does not name it. `second` is the one that it is
    averaged with.
    """

    name: str | None
    file: EncoderFile | None = None
    pretraining: Pretraining | None = None
    second: "GridEncoder | None" = None

    @property
    def each(self) -> list["GridEncoder"]:
        """Return this encoder, and the second one where there is one."""
        return [self] if self.second is None else [self, self.second]

    @property
    def of_a_seed(self) -> bool:
        """Return whether each seed has an encoder of its own, the pool it draws being what it learns from."""
        return any(each.pretraining is not None for each in self.each)

    @property
    def spec(self) -> EncoderSpec:
        """Return what stands in an experiment for the encoder; a pretraining's without the seed."""
        if self.pretraining is not None:
            return PretrainedEncoder(config=self.pretraining.config)
        assert self.file is not None
        return self.file.spec


def averages_of(averages: Sequence[Average], encoders: Sequence[GridEncoder]) -> list[GridEncoder]:
    """Return the encoder that each of `averages` is, of those among `encoders`."""
    named = {encoder.name: encoder for encoder in encoders}
    return [
        replace(named[average.encoders[0]], name=average.name, second=named[average.encoders[1]])
        for average in averages
    ]


def opened(choice: EncoderChoice, locate: Callable[[str], str]) -> EncoderFile:
    """Return the encoder of `choice`; UnusableInputError where there is none."""
    from ml.lab.encoders import encoder_named  # noqa: PLC0415  (needs torch)

    is_file = choice.encoder.endswith(SUFFIX)
    return encoder_named(locate(choice.encoder) if is_file else choice.encoder, choice.image_size)
