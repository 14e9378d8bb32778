"""What `eigenlab simulate` is asked to do, and the file that its results are kept in."""

from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, Field, ValidationError, model_validator

from ml.config import ONLY_FROZEN_AVERAGED, EncoderSpec, FrozenModel, RoundConfig, can_be_averaged
from ml.errors import UnusableInputError
from ml.lab.packs import has_result, result_text
from ml.lab.pretrainings import Pretraining
from ml.version import VERSION
from ml.whole_file import written_whole

ORACLE: Literal["oracle"] = "oracle"
MetricName = Literal["top1", "mean_class", "weighted", "seen"]
Clusters = Literal["none", "cut", "checked"]
LABELS = ("weights", "encoder_name")
NO_RESULT = "{} is not a result file of eigenlab simulate"


class SecondEncoder(FrozenModel):
    """The encoder whose beliefs are averaged with those of an experiment's own; the fields are as there."""

    encoder: EncoderSpec
    weights: str | None = None
    weights_sha256: str | None = None
    pretraining: Pretraining | None = None


class Experiment(FrozenModel):
    """One setting, run with several seeds (that of `config` does not count); a result file belongs to one.

    With `oracle` the truth chooses, class by class, in place of the strategy of `config`. Without
    `indicators` the round starts from no label at all. Each seed draws its own `pool_share` of every class of
    the pool, so that what a strategy without chance does varies too. With an `imbalance` of 10 the largest
    class has ten times the images of the smallest (Material.drawn). With a `lag` each step is proposed
    before that many of the last answers: the round is rolling, and those images are anchors. `clusters` says
    whether an answer labels its cluster as well, at the `cut` that is proposed, and whether wrong images are
    dropped (`checked`); the model learns from that with `config.weak_labels`. `weights` is the path of an
    encoder that is a file, and `weights_sha256` says which one it was. An encoder that is pretrained for each
    seed is told by its `pretraining`. `encoder_name` is what tables call the encoder. With a `second` one the
    beliefs of both are averaged, and the first chooses.
    """

    pool: str
    test: str
    encoder: EncoderSpec
    config: RoundConfig
    oracle: bool = False
    indicators: bool = True
    pool_share: float = Field(1.0, gt=0, le=1)
    imbalance: float = Field(1.0, ge=1)
    lag: int = Field(0, ge=0)
    clusters: Clusters = "none"
    weights: str | None = None
    weights_sha256: str | None = None
    encoder_name: str | None = None
    pretraining: Pretraining | None = None
    second: SecondEncoder | None = None

    @model_validator(mode="after")
    def _averages_what_can_be(self) -> Self:
        if self.second is not None and not can_be_averaged(self.config.finetune):
            raise ValueError(ONLY_FROZEN_AVERAGED)
        return self

    @model_validator(mode="before")
    @classmethod
    def _logistic_before_there_was_a_choice(cls, found: Any) -> Any:
        """Return `found` with the head that results had when they did not name one."""
        if not isinstance(found, dict) or not isinstance(found.get("config"), dict):
            return found
        config = found["config"]
        finetune = config.get("finetune") or {"kind": "frozen"}
        if isinstance(finetune, dict) and finetune.get("kind") == "frozen":
            finetune = {"head": "logistic"} | finetune
        return found | {"config": config | {"finetune": finetune}}

    @property
    def label(self) -> str:
        """Return a name for tables: the strategy, its eigen rule where it has one, and changed settings."""
        if self.oracle:
            return ORACLE
        strategy = self.config.strategy
        rule = [self.config.eigen_rule] if strategy.kind == "ackmeans" else []
        return ", ".join([strategy.kind, *rule, *changed_settings(strategy)])

    @property
    def head(self) -> str:
        """Return a name for tables: the head on the frozen encoder, or "full", and changed settings."""
        finetune = self.config.finetune
        name = finetune.head if finetune.kind == "frozen" else finetune.kind
        return ", ".join([name, *changed_settings(finetune, "head")])

    @property
    def encoder_label(self) -> str:
        """Return a name for tables: the encoder's own, or that of its network or file."""
        if self.encoder_name is not None:
            return self.encoder_name
        own = name_of(self.encoder, self.weights)
        return own if self.second is None else f"{own} + {name_of(self.second.encoder, self.second.weights)}"

    def same_as(self, other: "Experiment") -> bool:
        """Return whether both ask for the same; a file of weights may have moved in between."""
        moved: dict[str, object] = {"weights": other.weights, "encoder_name": other.encoder_name}
        if self.second is not None and other.second is not None:
            moved["second"] = self.second.model_copy(update={"weights": other.second.weights})
        return self.model_copy(update=moved) == other

    def setting(self) -> dict[str, object]:
        """Return everything but the strategy: experiments that share it can be compared."""
        return self.model_dump(exclude=dict.fromkeys((*LABELS, "oracle"), True) | {"second": {"weights"}}) | {
            "config": self.config.model_dump(exclude={"strategy", "eigen_rule"})
        }

    def apart_from_encoder(self) -> dict[str, object]:
        """Return everything but the encoder: experiments that share it can be compared."""
        return self.model_dump(exclude={*LABELS, "encoder", "weights_sha256", "pretraining", "second"})


def name_of(encoder: EncoderSpec, weights: str | None) -> str:
    """Return a name for tables: that of the encoder's file, network or method."""
    if weights:
        return Path(weights).stem
    if encoder.kind == "pretrain":
        return encoder.config.method
    return encoder.file if encoder.kind == "checkpoint" else encoder.name


def changed_settings(model: FrozenModel, *shown: str) -> list[str]:
    """Return "name value" of each field of `model` that is not at its default, `shown` ones left out."""
    changed = model.model_dump(exclude_defaults=True, exclude={"kind", *shown})
    return [f"{name} {value}" for name, value in changed.items()]


class Point(FrozenModel):
    """The model trained on `labels` labels, `asked` of them beyond the indicators, of `seen` categories.

    `weighted` is the accuracy with each class counted as often as the pool has it; older results do not tell.
    `images` are those that this point has labels of and the one before has not, in the order they were asked
    for: class folder and name. Older results do not tell. `weak` counts the weak labels that answers have
    given by then, `weak_right` those that are true.
    """

    labels: int
    asked: int
    seen: int
    top1: float
    mean_class: float
    weighted: float | None = None
    seconds: dict[str, float]
    images: tuple[str, ...] = ()
    weak: int = 0
    weak_right: int = 0


class Run(FrozenModel):
    """One seed: the point 1+0, then one after every step.

    `clusters` says how well k-means on the encoder's features finds the classes, where that was asked for.
    """

    seed: int
    points: list[Point]
    record: dict[str, object]
    clusters: dict[str, float] | None = None


class ResultFile(BaseModel):
    """Everything about one experiment; `name` is the collection's and `categories` counts its classes.

    `metric` is the one that the collection is reported by.
    """

    format: Literal[1] = 1
    version: str = VERSION
    name: str
    categories: int
    experiment: Experiment
    metric: MetricName = "top1"
    runs: list[Run] = []

    def missing(self, seeds: list[int]) -> list[int]:
        """Return those of `seeds` that have not been run."""
        return [seed for seed in dict.fromkeys(seeds) if seed not in {run.seed for run in self.runs}]

    def continues(self, other: "ResultFile") -> bool:
        """Return whether this has every run of `other`, a result of the same experiment."""
        return self.experiment.same_as(other.experiment) and all(run in self.runs for run in other.runs)

    def add(self, run: Run, path: Path) -> None:
        """Add `run` and save everything to `path`."""
        self.runs.append(run)
        self.save(path)

    def save(self, path: Path) -> None:
        """Write to `path` in one go, so that a stopped simulation leaves a whole file."""
        with written_whole(path) as partial:
            partial.write_text(self.model_dump_json(indent=1))

    @classmethod
    def load(cls, path: Path) -> "ResultFile":
        """Return the results at `path`, or in the pack of its folder under that name.

        Raises UnusableInputError when there are none.
        """
        try:
            return cls.parsed(result_text(path), path)
        except (OSError, UnicodeDecodeError) as error:
            raise UnusableInputError(NO_RESULT.format(path)) from error

    @classmethod
    def parsed(cls, text: str, path: Path) -> "ResultFile":
        """Return the results that `text` of `path` is. Raises UnusableInputError when it is none."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            raise UnusableInputError(NO_RESULT.format(path)) from error

    @classmethod
    def resume(
        cls, path: Path, name: str, categories: int, experiment: Experiment, metric: MetricName = "top1"
    ) -> "ResultFile":
        """Return what `path`, or its folder's pack, already holds of `experiment`, or an empty result."""
        if not has_result(path):
            return cls(name=name, categories=categories, experiment=experiment, metric=metric)
        found = cls.load(path)
        if not found.experiment.same_as(experiment):
            raise UnusableInputError(f"{path} holds the results of another experiment; choose another --out")
        found.metric = metric
        return found
