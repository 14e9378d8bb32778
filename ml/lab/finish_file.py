"""What `eigenlab finish` is asked to do, and the file that its results are kept in."""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, ValidationError, model_validator

from ml.certificate.statement import Certificate
from ml.config import FrozenModel
from ml.errors import UnusableInputError
from ml.lab.experiment import Experiment
from ml.review.gestures import Costs
from ml.version import VERSION
from ml.whole_file import written_whole

FinishMode = Literal["surest", "least_sure", "changed", "far"]
NO_RESULT = "{} is not a result file of eigenlab finish"


class Finishing(FrozenModel):
    """How a collection is finished: `start` is the round before, then pages, then an audit where there is a
    `goal`, the share of labels that may be wrong with `sure` confidence. The head is fitted again every
    `refit_every` pages (0: never)."""

    start: Experiment
    page: int = Field(48, ge=1, le=1000)
    refit_every: int = Field(4, ge=0)
    mode: FinishMode = "surest"
    goal: float | None = Field(None, gt=0, lt=1)
    sure: float = Field(0.95, gt=0, lt=1)
    costs: Costs = Costs()

    @model_validator(mode="after")
    def _frozen(self) -> "Finishing":
        if self.start.config.finetune.kind != "frozen":
            raise ValueError("a review fits a head on a frozen encoder")
        return self


class Finished(FrozenModel):
    """One seed. `images` are readable; `labels` were asked singly before the review, the indicators included.

    `pages` were looked at and `corrections` made on them, `audited` images answered in `audits` attempts.
    `gestures` and `seconds` are those of all of it by the stated costs, `two_a_correction` the gestures where
    each correction is a choice and a click of its own. `right_at_start` is the share of the images that the
    round got right, `wrong` how many labels are wrong in the end, in truth.
    """

    seed: int
    images: int
    labels: int
    seen: int
    pages: int
    corrections: int
    audited: int
    audits: int
    gestures: int
    two_a_correction: int
    seconds: float
    right_at_start: float
    wrong: int
    certificate: Certificate
    computed_seconds: dict[str, float] = Field(default_factory=dict)

    @property
    def gestures_an_image(self) -> float:
        """Return the gestures divided by the images."""
        return self.gestures / self.images


class FinishFile(BaseModel):
    """Everything about one experiment; `name` is the collection's and `categories` counts its classes."""

    format: Literal[1] = 1
    version: str = VERSION
    kind: Literal["finish"] = "finish"
    name: str
    categories: int
    experiment: Finishing
    runs: list[Finished] = []

    def missing(self, seeds: list[int]) -> list[int]:
        """Return those of `seeds` that have not been run."""
        return [seed for seed in dict.fromkeys(seeds) if seed not in {run.seed for run in self.runs}]

    def add(self, run: Finished, path: Path) -> None:
        """Add `run` and write everything to `path` in one go."""
        self.runs.append(run)
        with written_whole(path) as partial:
            partial.write_text(self.model_dump_json(indent=1))

    @classmethod
    def resume(cls, path: Path, name: str, categories: int, experiment: Finishing) -> "FinishFile":
        """Return what `path` already holds of `experiment`, or an empty result."""
        if not path.exists():
            return cls(name=name, categories=categories, experiment=experiment)
        try:
            found = cls.model_validate_json(path.read_text())
        except (OSError, UnicodeDecodeError, ValidationError) as error:
            raise UnusableInputError(NO_RESULT.format(path)) from error
        before = found.experiment
        if not before.start.same_as(experiment.start) or before != experiment.model_copy(
            update={"start": before.start}
        ):
            raise UnusableInputError(f"{path} holds the results of another experiment; choose another --out")
        return found
