"""Networks without BatchNorm: BiT's own function, and images that do not meet."""

import pytest
import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from ml.encoders.networks import create_network
from ml.encoders.stages import last_stage

SMALL = "resnet_small_gn_ws"


def test_the_large_one_is_bits_network() -> None:
    ours, bits = create_network("resnet50_gn_ws"), create_network("resnetv2_50x1_bit_s")
    bits.load_state_dict(ours.state_dict())
    image = torch.rand(2, 3, 64, 64)
    with torch.inference_mode():
        assert torch.equal(ours(image), bits(image))


@pytest.mark.parametrize(
    ("name", "size", "features"),
    [
        (SMALL, 64, 256),
        (f"{SMALL}_small_image", 32, 256),
        ("resnet50_gn_ws_small_image", 32, 2048),
    ],
)
def test_images_do_not_depend_on_their_batch(name: str, size: int, features: int) -> None:
    network = create_network(name).train()
    assert not [module for module in network.modules() if isinstance(module, _BatchNorm)]
    assert all(
        type(each).__name__ == "StdConv2d" for each in network.modules() if isinstance(each, nn.Conv2d)
    )
    images = torch.rand(3, 3, size, size)
    with torch.inference_mode():
        together, alone = network(images), network(images[:1])
    assert together.shape == (3, features)
    torch.testing.assert_close(together[:1], alone, rtol=1e-4, atol=1e-5)
    assert all(not each.startswith("stages.2.") for each in last_stage(network))
    assert any(each.startswith("stages.3.") for each in last_stage(network))


def test_the_small_stem_keeps_the_resolution_that_the_other_pools_away() -> None:
    sides = []
    for name in (SMALL, f"{SMALL}_small_image", "resnet50_gn_ws_small_image"):
        network = create_network(name)
        with torch.inference_mode():
            sides.append(network.stem(torch.rand(1, 3, 32, 32)).shape[-1])  # type: ignore[operator]
    assert sides == [8, 16, 32]
