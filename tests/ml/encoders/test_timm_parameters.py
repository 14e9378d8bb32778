"""The table of what timm's networks weigh is that of the installed timm."""

import json
from pathlib import Path

import pytest

from scripts.timm_parameters import OUTPUT, count_parameters, pretrained_networks

TABLE: dict[str, int] = json.loads(Path(OUTPUT).read_text())


def test_every_network_with_weights_is_in_the_table() -> None:
    assert list(TABLE) == pretrained_networks(), "run python -m scripts.timm_parameters"


@pytest.mark.parametrize("name", ["resnet18", "vit_small_patch14_dinov2", "mobilenetv3_small_050"])
def test_the_table_counts_the_parameters(name: str) -> None:
    assert TABLE[name] == count_parameters(name)
