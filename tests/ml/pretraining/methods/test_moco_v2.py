"""MoCo: the loss by hand and against lightly's, the queue, the key encoder's slow walk."""

import copy
import math
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn.functional import normalize

from ml.config import MocoV2Config
from ml.encoders import torchvision_operators
from ml.pretraining.methods.method import Amounts, Batch
from ml.pretraining.methods.moco_v2 import MocoV2, contrastive_loss
from ml.pretraining.split_batch_norm import SplitBatchNorm2d, split_batch_norms
from ml.pretraining.trainer import Trainer


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


def make_moco(backbone: nn.Module | None = None, **settings: Any) -> MocoV2:
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
    expected = torch.cat([copy.deepcopy(plain)(part) for part in features.chunk(2)])
    torch.testing.assert_close(split(features), expected)
    for part in (each := [copy.deepcopy(plain), copy.deepcopy(plain)]):
        part(features.chunk(2)[each.index(part)])
    for name in ("running_mean", "running_var"):  # a step moves them once, by the mean of the parts
        torch.testing.assert_close(
            getattr(split[0], name), torch.stack([getattr(part, name) for part in each]).mean(dim=0)
        )
    assert int(split[0].num_batches_tracked) == 1
    assert isinstance(split[0], SplitBatchNorm2d)


def test_shuffled_keys_meet_other_company() -> None:
    """With statistics of parts the order changes the keys: a batch's statistics do not give them away."""
    torch.manual_seed(0)
    backbone = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(16, 6))
    moco = make_moco(backbone, batch_norm_splits=2).train()
    views = torch.rand(4, 3, 2, 2)
    straight = moco.keys(views, torch.arange(4))
    assert not torch.allclose(straight, moco.keys(views, torch.tensor([0, 2, 1, 3])))


@pytest.mark.parametrize(
    ("batch", "parts"), [(8, 1), (31, 1), (32, 2), (48, 3), (64, 4), (128, 8), (250, 5), (256, 8), (4096, 8)]
)
def test_a_batch_has_up_to_eight_parts_of_sixteen_images_or_more(batch: int, parts: int) -> None:
    assert MocoV2Config(batch_size=batch).parts == parts
    assert MocoV2Config(batch_size=batch, batch_norm_splits=1).parts == 1, "as a stored run says"


def test_by_default_the_shuffle_of_a_step_gives_keys_other_statistics_than_queries() -> None:
    torch.manual_seed(0)
    backbone = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(16, 6))
    moco = make_moco(backbone, batch_size=32, queue_size=64).train()
    views = torch.rand(32, 3, 2, 2)
    generator = torch.Generator().manual_seed(0)
    *_, order = moco.inputs(Batch(views, torch.arange(32)), lambda *_words: views, generator)
    in_first_part = {int(place) < 16 for place in order[:16]}
    assert in_first_part == {True, False}, "parts of keys are of both parts of queries"
    with torch.no_grad():
        query, key = moco.query(views), moco.keys(views, order)
        assert not torch.allclose(query, key, atol=1e-3)
        for module in moco.modules():
            if isinstance(module, SplitBatchNorm2d):
                module.splits = 1
        torch.testing.assert_close(moco.query(views), moco.keys(views, order))  # no company, no difference


def test_both_ways_the_losses_are_added_and_all_keys_are_remembered() -> None:
    moco = make_moco(symmetric=True, queue_size=12).eval()
    first, second = torch.rand(2, 3, 2, 2), torch.rand(2, 3, 2, 2)
    queue = moco.queue.clone()
    batch, views = Batch(first, torch.arange(2)), iter([first, second])
    inputs = moco.inputs(batch, lambda *_words: next(views), torch.Generator().manual_seed(0))
    step = moco.loss(moco(inputs))
    own = [normalize(network(view), dim=1) for network in (moco.query, moco.key) for view in (first, second)]
    query_first, query_second, key_first, key_second = own
    one = contrastive_loss(query_first, key_second, queue, moco.temperature)
    other = contrastive_loss(query_second, key_first, queue, moco.temperature)
    torch.testing.assert_close(step.loss, one + other)
    moco.after_step(step, batch, 1)
    torch.testing.assert_close(moco.queue[4:8], torch.cat([key_second, key_first]))
    torch.testing.assert_close(moco.queue[:4], queue[:4])


def test_the_linear_head_is_one_layer() -> None:
    assert [tuple(each.shape) for each in make_moco(head="linear").query[1].parameters()] == [(4, 6), (4,)]


@pytest.mark.parametrize("stem", ["imagenet", "small_image"])
@pytest.mark.parametrize("backbone", ["resnet_small", "resnet18", "resnet50"])
def test_no_branch_of_a_network_begins_with_nothing(backbone: str, stem: str) -> None:
    config = MocoV2Config.model_validate({"backbone": backbone, "stem": stem, "batch_size": 8})
    trainer = Trainer(config, 1, Amounts(8, 8))
    norms = [module for module in trainer.backbone.modules() if isinstance(module, nn.BatchNorm2d)]
    assert len(norms) > 8
    assert [norm for norm in norms if not torch.equal(norm.weight, torch.ones_like(norm.weight))] == []


def test_presets_are_the_official_settings() -> None:
    read = {
        name: MocoV2Config.model_validate(preset.nested()) for name, preset in MocoV2Config.presets.items()
    }
    photos, small = read["imagenet"], read["cifar"]
    assert (photos.queue_size, photos.key_momentum, photos.temperature, photos.head) == (
        65536,
        0.999,
        0.2,
        "mlp",
    )
    assert (small.queue_size, small.key_momentum, small.temperature, small.head) == (
        4096,
        0.99,
        0.1,
        "linear",
    )
    assert (small.augmentation.smallest_crop, small.augmentation.blur, small.weight_decay) == (0.08, 0, 5e-4)
    trainers = [Trainer(config, 10, Amounts(65536, 65536)) for config in (photos, small)]
    assert [trainer.learning_rate(0) for trainer in trainers] == pytest.approx([0.03, 0.06])
    shown = MocoV2Config.model_json_schema()["properties"]["method"]["x-presets"]
    assert shown["cifar"]["values"]["augmentation.smallest_crop"] == 0.08
