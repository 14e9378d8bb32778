"""LARS: two steps written out by hand, and what it leaves to plain SGD."""

import pytest
import torch
from torch import nn

from ml.pretraining.lars import Lars

WEIGHT = [[3.0, 4.0]]


def moved(*gradients: list[list[float]], **settings: object) -> torch.Tensor:
    """Return the weight [[3, 4]] after steps along `gradients` with a learning rate of 2."""
    weight = nn.Parameter(torch.tensor(WEIGHT))
    optimizer = Lars([weight], lr=2.0, trust=0.01, **settings)  # type: ignore[arg-type]
    for gradient in gradients:
        weight.grad = torch.tensor(gradient)
        optimizer.step()
    return weight.detach()


def test_a_step_is_as_long_as_the_weight_says() -> None:
    # |w| = 5 and |g| = 10: the ratio is 0.01 * 5 / 10 = 0.005, the step 2 * 0.005 * g.
    torch.testing.assert_close(moved([[6.0, 8.0]]), torch.tensor([[3 - 0.06, 4 - 0.08]]))


def test_weight_decay_is_part_of_what_is_scaled() -> None:
    # g = (6, 8) + 0.5 * (3, 4) = (7.5, 10), |g| = 12.5.
    step = 2 * 0.01 * 5 / 12.5
    expected = torch.tensor([[3 - 7.5 * step, 4 - 10 * step]])
    torch.testing.assert_close(moved([[6.0, 8.0]], weight_decay=0.5), expected)


def test_the_learning_rate_is_inside_the_velocity() -> None:
    first = torch.tensor([[0.06, 0.08]])
    after = torch.tensor(WEIGHT) - first
    second = 0.9 * first + 2 * 0.01 * after.norm() / 5 * torch.tensor([[4.0, -3.0]])
    torch.testing.assert_close(moved([[6.0, 8.0]], [[4.0, -3.0]], momentum=0.9), after - second)


@pytest.mark.parametrize(
    ("everything", "expected"), [(False, 3 - 2 * 6.0), (True, 3 - 2 * 0.01 * 3 / 7.5 * 7.5)]
)
def test_biases_and_batch_norm_are_left_to_sgd(*, everything: bool, expected: float) -> None:
    bias = nn.Parameter(torch.tensor([3.0]))
    bias.grad = torch.tensor([6.0])
    Lars([bias], lr=2.0, trust=0.01, weight_decay=0.5, everything=everything).step()
    assert float(bias.detach()) == pytest.approx(expected)


def test_weights_of_nothing_start_as_under_sgd() -> None:
    weight = nn.Parameter(torch.zeros(2, 2))
    weight.grad = torch.ones(2, 2)
    Lars([weight], lr=0.5).step()
    torch.testing.assert_close(weight.detach(), torch.full((2, 2), -0.5))
