"""Weights of unlabelled images and the loss on them, against numbers worked out by hand."""

import math

import pytest
import torch

from ml.config import FixMatchFinetune
from ml.finetune.fixmatch.loss import unlabelled_loss
from ml.finetune.fixmatch.thresholds import Fixed, Free, Soft, thresholds_of

CPU = torch.device("cpu")
BELIEFS = torch.tensor([[0.9, 0.1], [0.6, 0.4], [0.3, 0.7]])


def test_a_fixed_threshold_counts_what_reaches_it() -> None:
    assert Fixed(0.6).weights(BELIEFS).tolist() == [1, 1, 1]
    assert Fixed(0.65).weights(BELIEFS).tolist() == [1, 0, 1]
    assert Fixed(0.95).weights(BELIEFS).tolist() == [0, 0, 0]


def test_adaptive_thresholds_follow_confidence_and_beliefs() -> None:
    """Confidences .9, .6, .7 (mean .7333); beliefs .6 and .4 on average. Momentum .5, from 1/2 each."""
    free = Free(2, 0.5, CPU)
    weights = free.weights(BELIEFS)
    assert float(free.confidence) == pytest.approx(0.5 * 0.5 + 0.5 * 2.2 / 3)
    assert free.beliefs.tolist() == pytest.approx([0.55, 0.45])
    # Thresholds .6167 for the first category, .6167 * .45 / .55 = .5045 for the second.
    assert weights.tolist() == [1, 0, 1]
    free.weights(BELIEFS)
    assert float(free.confidence) == pytest.approx(0.5 * 0.616667 + 0.5 * 2.2 / 3, abs=1e-5)
    assert free.beliefs.tolist() == pytest.approx([0.575, 0.425])


def test_soft_weights_fall_off_below_the_mean_confidence() -> None:
    """Of .9, .6, .7 the variance is .023333; momentum .5, from mean 1/2 and variance 1."""
    soft = Soft(2, 0.5, CPU)
    weights = soft.weights(BELIEFS)
    mean, variance = 0.616667, 0.5 + 0.5 * 0.023333
    assert float(soft.mean) == pytest.approx(mean, abs=1e-5)
    assert float(soft.variance) == pytest.approx(variance, abs=1e-5)
    assert weights.tolist() == pytest.approx(
        [1, math.exp(-((0.6 - mean) ** 2) / (2 * variance / 4)), 1], abs=1e-5
    )


def test_the_loss_is_the_mean_over_all_images_and_those_that_count_only_add_to_it() -> None:
    """The first image counts with what its weak view is taken for, category 0; the second does not."""
    weak = torch.tensor([[4.0, 0.0], [0.1, 0.0]], requires_grad=True)
    strong = torch.tensor([[0.0, 1.0], [5.0, 0.0]], requires_grad=True)
    loss, share = unlabelled_loss(weak, strong, Fixed(0.95))
    assert float(loss.detach()) == pytest.approx(math.log(1 + math.e) / 2)
    assert float(share) == 0.5
    loss.backward()
    assert weak.grad is None
    assert strong.grad is not None
    chance = 1 / (1 + math.e)
    assert strong.grad.tolist() == [pytest.approx([(chance - 1) / 2, (1 - chance) / 2]), [0, 0]]


@pytest.mark.parametrize(("name", "kind"), [("fixed", Fixed), ("free", Free), ("soft", Soft)])
def test_the_configuration_names_the_thresholds(name: str, kind: type) -> None:
    settings = FixMatchFinetune.model_validate({"thresholds": name, "threshold": 0.7})
    found = thresholds_of(settings, 3, CPU)
    assert isinstance(found, kind)
    assert getattr(found, "threshold", 0.7) == 0.7
