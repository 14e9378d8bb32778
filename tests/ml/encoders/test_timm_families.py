"""The features of every family of networks that timm offers are as wide as the network makes them."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from ml.config import TimmEncoder
from ml.encoders import networks
from ml.encoders.backbone import Encoder
from ml.encoders.digest_index import digests_of
from ml.encoders.embed import compute_features
from ml.encoders.feature_cache import LARGEST, FeatureCache
from ml.encoders.pooling import pooled_width
from ml.errors import UnusableInputError
from ml.messages import ImageFile
from ml.progress import no_progress
from tests.ml.conftest import write_image
from tests.ml.encoders.quick_weights import QuickWeights
from tests.ml.encoders.timm_families import LIST, family_name, names

FAMILIES: dict[str, str] = json.loads(LIST.read_text())
SIZE = 96
# Their smallest member has 160 million parameters or more: these are asked for their width on no data.
LARGE = {"aimv2_large_patch14_224", "deepseek_vit_412m", "eva_large_patch14_196", "gemma4_vit_167m"}
# The image halves of language models: they give a map or a row of tokens for an image, and have nothing that
# pools them. Each has a sibling in the list that pools.
UNPOOLED = {"deepseek_vit_412m_enc", "gemma4_vit_167m_enc", "mobilenetv5_300m_enc", "qwen3_vit_88m_enc"}


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> ImageFile:
    """Return one small image."""
    return write_image(tmp_path_factory.mktemp("image") / "a.png", (200, 90, 30), 0)


@pytest.fixture(scope="module")
def quick_weights() -> QuickWeights:
    """Return what makes networks without drawing each of their weights."""
    return QuickWeights()


def test_the_list_has_every_family() -> None:
    """A newer timm may have more: then write the list again, as tests/ml/encoders/timm_families.py says."""
    assert {family.split()[1] for family in FAMILIES} == {family_name(name) for name in names()}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(FAMILIES.values()) - LARGE - UNPOOLED))
def test_features_are_what_the_network_gives(
    name: str,
    image: ImageFile,
    quick_weights: QuickWeights,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ml.encoders.embed.CPU_BATCH_PIXELS", 1)  # one image at a time
    spec = TimmEncoder(name=name, pretrained=False)
    with quick_weights:
        built = networks.network_of(spec)
    described = networks.described(spec, built)
    encoder = Encoder(path=tmp_path / "none", sha256="0" * 64, **described)  # type: ignore[arg-type]
    size = encoder.fixed_image_size or encoder.native_image_size or SIZE
    ((_, features),) = compute_features(encoder, built.network, [image], size, no_progress)
    assert features.shape == (1, encoder.feature_dim)
    assert np.isfinite(features).all()
    cache = FeatureCache(tmp_path, encoder.sha256, size)
    digests = digests_of([image.sha256])
    cache.append(digests, features)
    kept = np.clip(features, -LARGEST, LARGEST)  # weights at random can give very large features
    np.testing.assert_allclose(cache.stored[cache.find(digests)], kept, rtol=1e-2, atol=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(UNPOOLED))
def test_networks_that_do_not_pool_are_refused_in_one_line(name: str) -> None:
    with torch.device("meta"):
        network = networks.create_network(name)
        size = networks.input_settings(network)["input_size"][-1]
        with pytest.raises(UnusableInputError, match="not one row of features") as caught:
            pooled_width(network, size)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", sorted(LARGE))
def test_the_large_ones_give_one_row_too(name: str) -> None:
    with torch.device("meta"):
        network = networks.create_network(name)
        size = networks.input_settings(network)["input_size"][-1]
        assert network(torch.zeros(1, 3, size, size)).ndim == 2
