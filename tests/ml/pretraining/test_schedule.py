"""The learning rate: half a cosine by the step or the epoch, its warm-up, what is left at the end."""

import math

import pytest

from ml.config import DeepclusterV2Config, MocoV2Config, SimclrV2Config
from ml.pretraining.schedule import learning_rate


def rates(**settings: object) -> list[float]:
    """Return the learning rates of 4 epochs of 5 steps, the highest being 2."""
    config = MocoV2Config.model_validate({"epochs": 4} | settings)
    return [learning_rate(config, 2.0, step, 20) for step in range(20)]


def test_by_default_it_falls_with_each_step() -> None:
    assert rates() == pytest.approx([1 + math.cos(math.pi * step / 20) for step in range(20)])


def test_by_the_epoch_it_is_mocos_own() -> None:
    by_epoch = [1 + math.cos(math.pi * epoch / 4) for epoch in range(4) for _ in range(5)]
    assert rates(schedule="cosine_epoch") == pytest.approx(by_epoch)


def test_it_warms_up_in_equal_parts_and_then_falls_to_what_is_left() -> None:
    found = rates(warm_up_epochs=1, final_rate=0.1)
    assert found[:6] == pytest.approx([0.4, 0.8, 1.2, 1.6, 2.0, 2.0])
    assert found[5:] == pytest.approx(
        [0.2 + 1.8 * 0.5 * (1 + math.cos(math.pi * done / 15)) for done in range(15)]
    )


def test_a_warm_up_longer_than_the_run_ends_before_its_last_step() -> None:
    found = rates(warm_up_epochs=100)
    assert found[18:] == [2.0, 2.0]
    assert found == sorted(found)


def test_left_out_a_warm_up_is_the_methods_own_as_far_as_a_short_run_bears_it() -> None:
    for method in (SimclrV2Config, DeepclusterV2Config):
        assert [method(epochs=epochs).warm_up() for epochs in (1, 10, 100, 200, 800)] == [
            0.05,
            0.5,
            5,
            10,
            10,
        ]
        assert method(epochs=10, warm_up_epochs=10).warm_up() == 10
        assert max(learning_rate(method(epochs=4), 2.0, step, 80) for step in range(80)) == 2.0
    assert MocoV2Config(epochs=800).warm_up() == 0
