"""DeepCluster v2: the loss by hand, k-means, and which bank, cluster and crop belong together."""

import math

import pytest
import torch
from pydantic import ValidationError
from torch import nn
from torch.nn.functional import normalize

from ml.config import DeepclusterV2Config
from ml.pretraining.methods.deepcluster_v2 import (
    UNKNOWN,
    DeepclusterV2,
    clustering_loss,
    prototypes_of,
)
from ml.pretraining.methods.method import Amounts, Batch, Epoch
from ml.pretraining.spherical_kmeans import spherical_kmeans


def test_loss_of_two_crops_under_two_heads_by_hand() -> None:
    east, north = [1.0, 0.0], [0.0, 1.0]
    embeddings = torch.tensor([east, north, north, north])  # crop 1 of images 0 and 1, then crop 2
    prototypes = torch.tensor([[east, north], [north, east]])
    clusters = torch.tensor([[0, 1], [UNKNOWN, 0]])
    # Over T = 0.5 the right cluster has similarity 2 and the other 0, or the other way round.
    right, wrong = math.log(1 + math.exp(-2)), math.log(1 + math.exp(2))
    first = (right + right + wrong + right) / 4
    second = (right + right) / 2  # image 0 is left out
    loss = clustering_loss(embeddings, prototypes, clusters, 0.5)
    assert float(loss) == pytest.approx((first + second) / 2, rel=1e-6)


def test_images_without_a_cluster_cost_nothing() -> None:
    loss = clustering_loss(torch.ones(2, 3), torch.ones(1, 4, 3), torch.full((1, 2), UNKNOWN), 0.1)
    assert float(loss) == 0


def test_kmeans_finds_groups_and_weighs_their_members() -> None:
    vectors = normalize(torch.tensor([[1.0, 0.1], [1.0, -0.1], [-0.1, 1.0], [0.1, 1.0]]), dim=1)
    weights = torch.tensor([3.0, 1.0, 1.0, 1.0])
    found = {}
    for seed in range(4):
        generator = torch.Generator().manual_seed(seed)
        centres = spherical_kmeans(vectors, weights, 2, 10, generator)
        torch.testing.assert_close(centres.norm(dim=1), torch.ones(2))
        found[seed] = centres[centres[:, 0].argsort()]
    expected = torch.stack([torch.tensor([0.0, 1.0]), normalize(3 * vectors[0] + vectors[1], dim=0)])
    assert any(torch.allclose(centres, expected) for centres in found.values())


def test_a_centre_that_no_vector_is_nearest_to_stays() -> None:
    vectors = torch.tensor([[1.0, 0.0]]).repeat(3, 1)
    centres = spherical_kmeans(vectors, torch.ones(3), 2, 3, torch.Generator().manual_seed(0))
    torch.testing.assert_close(centres, vectors[:2])


def make_method(**settings: object) -> DeepclusterV2:
    """Return a method with an encoder of one layer, for 6 images."""
    torch.manual_seed(0)
    small = {"projection_dim": 4, "prototypes": 3, "image_size": 16}
    config = DeepclusterV2Config.model_validate(small | settings)
    backbone = nn.Sequential(nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(12, 6))
    return DeepclusterV2(config, backbone, 6, Amounts(6, 6)).train()


def test_head_h_clusters_bank_h_mod_2() -> None:
    method = make_method()
    generator = torch.Generator().manual_seed(1)
    method.bank.copy_(normalize(torch.randn(2, 6, 4, generator=generator), dim=2))
    method.bank[:, 5] = 0  # never embedded
    method.drawn[:5] = 1
    method.start_epoch(Epoch(1, generator, lambda: iter(())))
    for head, bank in enumerate((0, 1, 0)):
        nearest = (method.bank[bank] @ method.prototypes[head].T).argmax(dim=1)
        assert method.clusters[head, :5].tolist() == nearest[:5].tolist()
        assert method.clusters[head, 5] == UNKNOWN
    assert method.drawn.sum() == 0
    assert not method.prototypes.requires_grad


def test_the_first_epoch_looks_at_the_images_and_a_step_remembers_its_two_large_views() -> None:
    method = make_method(small_crops=3)
    sizes: list[int | None] = []

    def view(size: int | None = None, area: tuple[float, float] | None = None) -> torch.Tensor:
        sizes.append(size)
        assert area == (None if size is None else (0.05, 0.14))
        return torch.rand(3, 3, size or 16, size or 16)

    first, second = (Batch(torch.zeros(3, 3, 16, 16), torch.arange(3) + start) for start in (0, 3))
    method.start_epoch(Epoch(0, torch.Generator().manual_seed(0), lambda: [(first, view), (second, view)]))
    torch.testing.assert_close(method.bank.norm(dim=2), torch.ones(2, 6))
    assert (method.clusters != UNKNOWN).all()
    sizes.clear()
    inputs = method.inputs(second, view, torch.Generator())
    assert sizes == [None, None, 8, 8, 8]
    torch.testing.assert_close(inputs[0], method.clusters[:, 3:])
    step = method.loss(method(inputs))
    method.after_step(step, second, 0)
    torch.testing.assert_close(method.bank[0, 3:], step.query.detach())
    torch.testing.assert_close(method.bank[1, 3:], step.key.detach())
    assert method.drawn.tolist() == [0, 0, 0, 1, 1, 1]


def test_the_number_of_clusters_follows_the_images() -> None:
    counts = [prototypes_of(DeepclusterV2Config(), images) for images in (8, 500, 50_000, 1_281_167)]
    assert counts == [8, 10, 250, 3000]
    assert prototypes_of(DeepclusterV2Config(prototypes=64), 50_000) == 64


def test_a_range_of_small_views_the_wrong_way_round_is_refused() -> None:
    with pytest.raises(ValidationError, match="small_crop_least must be at most small_crop_most"):
        DeepclusterV2Config(small_crop_least=0.5, small_crop_most=0.2)
