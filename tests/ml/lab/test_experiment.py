"""What an experiment is called, and results written before heads and cold starts existed."""

from pathlib import Path

import pytest

from ml.config import (
    AckmeansStrategy,
    BundledEncoder,
    FixMatchFinetune,
    FrozenFinetune,
    FullFinetune,
    HyperRuleFinetune,
    RoundConfig,
    Strategy,
)
from ml.config import MaxHerdingStrategy as MaxHerding
from ml.lab.experiment import Experiment
from ml.lab.packing import load_results

OLD = [Path(__file__).parents[3] / "experiments" / day for day in ("2026-11-24", "2026-11-25")]


def experiment(strategy: Strategy, **changes: object) -> Experiment:
    """Return an experiment with `strategy` and changes to its configuration."""
    config = RoundConfig(strategy=strategy).model_copy(update=changes)
    return Experiment(pool="pool", test="test", encoder=BundledEncoder(), config=config)


def test_old_results_are_read_with_defaults() -> None:
    old = load_results(OLD)
    assert len(old) == 32
    for found in old:
        assert found.runs
        assert found.experiment.indicators
        assert found.metric == "top1"
        assert found.experiment.head in {"logistic", "full"}


@pytest.mark.parametrize(
    ("strategy", "label"),
    [
        (AckmeansStrategy(), "ackmeans, densest"),
        (AckmeansStrategy(max_iter=7), "ackmeans, densest, max_iter 7"),
        (MaxHerding(), "max_herding"),
        (MaxHerding(sigma=0.5), "max_herding, sigma 0.5"),
    ],
)
def test_labels_tell_settings_apart(strategy: Strategy, label: str) -> None:
    assert experiment(strategy).label == label
    assert experiment(strategy).model_copy(update={"oracle": True}).label == "oracle"


def test_heads_are_part_of_the_setting_and_strategies_are_not() -> None:
    base = experiment(MaxHerding())
    assert base.setting() == experiment(AckmeansStrategy(), eigen_rule="nearest").setting()
    for finetune, name in (
        (FrozenFinetune(head="ridge"), "ridge"),
        (FrozenFinetune(regularisation=2.0), "balanced_propagation, regularisation 2.0"),
        (FullFinetune(epochs=5), "full, epochs 5"),
        (HyperRuleFinetune(), "hyper_rule"),
        (FixMatchFinetune(thresholds="soft"), "fixmatch, thresholds soft"),
    ):
        other = experiment(MaxHerding(), finetune=finetune)
        assert other.head == name
        assert other.setting() != base.setting()
    assert base.model_copy(update={"indicators": False}).setting() != base.setting()
