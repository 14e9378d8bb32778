"""MoCo: the loss by hand and against lightly's, the queue, the key encoder's slow walk."""

import math

import pytest
import torch
from torch import nn
from torch.nn.functional import normalize

from ml.config import MocoV2Config
from ml.encoders import torchvision_operators
from ml.pretraining.methods.method import Amounts
from ml.pretraining.methods.moco_v2 import MocoV2, contrastive_loss
from ml.pretraining.split_batch_norm import SplitBatchNorm2d, split_batch_norms


def unit(*shape: int, seed: int = 0) -> torch.Tensor:
    """Return random unit vectors."""
    return normalize(torch.randn(*shape, generator=torch.Generator().manual_seed(seed)), dim=-1)


def test_loss_of_two_pairs_by_hand() -> None:
    query = torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    key = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
    queue = torch.tensor([[0.0, 1.0], [-1.0, 0.0]])
    # Similarities over T = 0.5: the first query has 2 against 0 and -2, the second 0 against 2 and 0.
    first = -2 + math.log(math.exp(2) + math.exp(0) + math.exp(-2))
    second = -0 + math.log(math.exp(0) + math.exp(2) + math.exp(0))
    loss = contrastive_loss(query, key, queue, temperature=0.5)
    assert float(loss) == pytest.approx((first + second) / 2, rel=1e-6)


@pytest.mark.parametrize("temperature", [0.07, 0.2, 1.0])
def test_loss_is_lightlys(temperature: float) -> None:
    torchvision_operators.declare_missing()
    from lightly.loss import NTXentLoss  # noqa: PLC0415  (imports torchvision)

    query, key, queue = unit(16, 8, seed=1), unit(16, 8, seed=2), unit(64, 8, seed=3)
    reference = NTXentLoss(temperature=temperature, memory_bank_size=(64, 8))
    reference(query, key)  # makes the bank, which is then given our queue
    reference.memory_bank.bank = queue
    torch.testing.assert_close(contrastive_loss(query, key, queue, temperature), reference(query, key))


def make_moco(backbone: nn.Module | None = None, **settings: float) -> MocoV2:
    """Return a MoCo whose backbone is one layer on images of two pixels a side."""
    torch.manual_seed(0)
    backbone = backbone or nn.Sequential(nn.Flatten(), nn.Linear(12, 6))
    small = {"batch_size": 2, "projection_dim": 4, "queue_size": 8, "key_momentum": 0.9}
    return MocoV2(MocoV2Config.model_construct(**(small | settings)), backbone, 6, Amounts(100, 100))  # type: ignore[arg-type]


def test_the_key_encoder_follows_by_its_momentum() -> None:
    moco = make_moco(key_momentum=0.9)
    old = [parameter.clone() for parameter in moco.key.parameters()]
    with torch.no_grad():
        for parameter in moco.query.parameters():
            parameter.add_(1)
    moco.move_key_encoder()
    for before, after, query in zip(old, moco.key.parameters(), moco.query.parameters(), strict=True):
        torch.testing.assert_close(after, 0.9 * before + 0.1 * query)
        assert not after.requires_grad


def test_the_queue_forgets_its_oldest_keys_first_and_wraps() -> None:
    moco = make_moco(queue_size=5)
    keys = [unit(2, 4, seed=step) for step in range(4)]
    for step, batch in enumerate(keys):
        moco.enqueue(batch, step)
    # Eight keys into five places: the last five remain, in place modulo 5.
    flat = torch.cat(keys)
    expected = torch.stack([flat[5], flat[6], flat[7], flat[3], flat[4]])
    torch.testing.assert_close(moco.queue, expected)


def test_keys_come_back_in_the_order_of_the_images() -> None:
    moco = make_moco().eval()
    views = torch.rand(6, 3, 2, 2)
    shuffled = moco.keys(views, torch.tensor([3, 1, 5, 0, 2, 4]))
    torch.testing.assert_close(shuffled, moco.keys(views, torch.arange(6)))


def test_parts_of_a_batch_are_normalised_by_themselves() -> None:
    plain = nn.BatchNorm2d(3)
    split = split_batch_norms(nn.Sequential(nn.BatchNorm2d(3)), 2).train()
    features = torch.randn(8, 3, 4, 4) * 3 + torch.arange(8).view(8, 1, 1, 1)
    expected = torch.cat([plain(features[:4]), plain(features[4:])])
    torch.testing.assert_close(split(features), expected)
    torch.testing.assert_close(split.state_dict()["0.running_mean"], plain.running_mean)
    torch.testing.assert_close(split.eval()(features), plain.eval()(features))
    assert isinstance(split[0], SplitBatchNorm2d)


def test_shuffled_keys_meet_other_company() -> None:
    """With statistics of parts the order changes the keys: a batch's statistics do not give them away."""
    torch.manual_seed(0)
    backbone = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(16, 6))
    moco = make_moco(backbone, batch_norm_splits=2).train()
    views = torch.rand(4, 3, 2, 2)
    straight = moco.keys(views, torch.arange(4))
    assert not torch.allclose(straight, moco.keys(views, torch.tensor([0, 2, 1, 3])))
