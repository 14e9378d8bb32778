"""SimCLR v2: the loss by hand and against lightly's, the head, and the layer of it that the encoder keeps."""

import math

import pytest
import torch
from torch import nn
from torch.nn.functional import normalize

from ml.config import SimclrV2Config
from ml.encoders import torchvision_operators
from ml.pretraining.methods.method import Amounts
from ml.pretraining.methods.simclr_v2 import SimclrV2, nt_xent


def unit(*shape: int, seed: int) -> torch.Tensor:
    """Return random unit vectors."""
    return normalize(torch.randn(*shape, generator=torch.Generator().manual_seed(seed)), dim=-1)


def test_loss_of_two_pairs_by_hand() -> None:
    first = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    second = torch.tensor([[1.0, 0.0], [-1.0, 0.0]])
    # Over T = 0.5, of each view: its partner among the three others.
    views = [
        -2 + math.log(math.exp(2) + math.exp(0) + math.exp(-2)),
        -0 + math.log(math.exp(0) + math.exp(0) + math.exp(0)),
        -2 + math.log(math.exp(2) + math.exp(0) + math.exp(-2)),
        -0 + math.log(math.exp(-2) + math.exp(0) + math.exp(-2)),
    ]
    loss = nt_xent(first, second, temperature=0.5)
    assert float(loss) == pytest.approx(sum(views[:2]) / 2 + sum(views[2:]) / 2, rel=1e-6)


@pytest.mark.parametrize("temperature", [0.1, 0.5, 1.0])
def test_loss_is_twice_lightlys_mean_over_all_views(temperature: float) -> None:
    torchvision_operators.declare_missing()
    from lightly.loss import NTXentLoss  # noqa: PLC0415  (imports torchvision)

    first, second = unit(16, 8, seed=1), unit(16, 8, seed=2)
    reference = NTXentLoss(temperature=temperature)(first, second)
    torch.testing.assert_close(nt_xent(first, second, temperature), 2 * reference)


@pytest.mark.parametrize(("kept", "layers"), [(True, 2), (False, 3)])
def test_the_head_has_three_layers_one_of_which_the_encoder_may_keep(*, kept: bool, layers: int) -> None:
    config = SimclrV2Config(keep_first_layer=kept, projection_dim=4)
    method = SimclrV2(config, nn.Identity(), 6, Amounts(100, 100))
    assert len(method.head) == layers
    last = method.head[-1]
    assert last[0].bias is None
    assert last[1].bias is None
    (projections,) = method((torch.randn(8, 6),))
    assert projections.shape == (8, 4)


def test_the_learning_rate_follows_the_root_of_the_batch() -> None:
    method = SimclrV2(SimclrV2Config(), nn.Identity(), 6, Amounts(100, 100))
    assert method.learning_rate(SimclrV2Config(batch_size=4096)) == pytest.approx(0.075 * 64)
    assert method.learning_rate(SimclrV2Config(batch_size=64)) == pytest.approx(0.075 * 8)
