"""What the catalogue says of its encoders is what the installed timm says."""

import json
from pathlib import Path

import pytest
import torch
from typer.testing import CliRunner

from ml.config import KNOWN_ENCODERS, LICENCES, KnownEncoder
from ml.encoders import networks
from ml.encoders.pooling import pooled_width
from ml.lab import cli
from ml.lab.encoders import encoder_named
from scripts.timm_parameters import OUTPUT

TABLE: dict[str, int] = json.loads(Path(OUTPUT).read_text())
COMMERCIAL = {"apache-2.0", "mit", "bsd-3-clause", "dinov3-license"}
each_encoder = pytest.mark.parametrize("known", KNOWN_ENCODERS, ids=lambda known: known.name)


@each_encoder
def test_timm_has_its_weights_under_the_licence_that_is_told(known: KnownEncoder) -> None:
    settings = networks.timm.get_pretrained_cfg(known.name)
    assert known.name in networks.timm.list_pretrained()
    assert settings.license == known.licence
    assert LICENCES[known.licence].commercial == (settings.license in COMMERCIAL)
    assert known.parameters == TABLE[known.name.partition(".")[0]]
    assert known.speed > 0


@each_encoder
def test_it_takes_the_advised_image_size_and_pooling(known: KnownEncoder) -> None:
    arguments = networks.timm_arguments(known.spec())
    with torch.device("meta"):
        network = networks.create_network(known.name, **arguments)
    assert pooled_width(network, known.image_size) > 0
    fixed = networks.fixed_size(network)
    assert fixed is None or fixed == known.image_size or "dynamic_img_size" in arguments


def test_networks_with_a_class_token_are_pooled_by_it_where_their_authors_do() -> None:
    """timm takes the mean for DINOv3 (timm#2681), its authors the class token."""
    taken = {known.name: known.pooling for known in KNOWN_ENCODERS}
    tokens = [name for name in taken if name.startswith("vit_") and ("dino" in name or "tips" in name)]
    assert len(tokens) == 6
    assert {taken[name] for name in tokens} == {"token"}


def test_the_command_prints_names_that_it_takes() -> None:
    result = CliRunner().invoke(cli.app, ["encoder", "list"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in result.stdout.splitlines()[2:-2]]
    assert [encoder_named(row[0], int(row[1])).spec for row in rows] == [
        known.spec() for known in KNOWN_ENCODERS
    ]
    told = {row[0]: row[4] for row in rows}
    assert told["vit_small_patch14_dinov2.lvd142m:token"] == "Apache-2.0"
    assert "no commercial use" in told["fastvit_mci0.apple_mclip"]
