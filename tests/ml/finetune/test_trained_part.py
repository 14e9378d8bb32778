"""What of an encoder learns: all of it, its last stage, low-rank changes, or nothing."""

from pathlib import Path

import pytest
import torch

from ml.config import FullFinetune, TimmEncoder
from ml.encoders import networks
from ml.encoders.backbone import read_encoder
from ml.encoders.stages import last_stage
from ml.errors import UnusableInputError
from ml.messages import EncoderFile
from ml.step.pipeline import prepare_encoder
from tests.ml.finetune.conftest import Finetunes

VIT = TimmEncoder(name="test_vit", pretrained=False, image_size=64)


@pytest.fixture(scope="module")
def tiny_vit(tmp_path_factory: pytest.TempPathFactory) -> EncoderFile:
    directory = tmp_path_factory.mktemp("vit")
    details = prepare_encoder(VIT, directory)
    return EncoderFile(
        spec=VIT, weights=str(directory / "encoder.safetensors"), sha256=str(details["sha256"])
    )


def changed_weights(encoder: EncoderFile, after: Path) -> set[str]:
    """Return the names of the weights that differ between `encoder` and the file `after`."""
    before = read_encoder(Path(str(encoder.weights))).network().state_dict()
    found = read_encoder(after).network().state_dict()
    assert before.keys() == found.keys()
    return {name for name in before if not torch.equal(before[name], found[name])}


@pytest.mark.parametrize(
    ("architecture", "parts"),
    [
        ("resnet18", {"layer4"}),
        ("resnet_small", {"layer4"}),
        ("tf_efficientnet_lite0", {"blocks.5", "blocks.6", "conv_head", "bn2"}),
        ("vit_tiny_patch16_224", {"blocks.9", "blocks.10", "blocks.11", "norm"}),
        ("convnext_atto", {"stages.3", "head"}),
        ("resnetv2_50x1_bit", {"stages.3", "norm"}),
    ],
)
def test_the_last_stage_is_the_networks_own(architecture: str, parts: set[str]) -> None:
    with torch.device("meta"):
        network = networks.create_network(architecture)
    found = last_stage(network)
    inside = {name for name, _ in network.named_parameters() if any(name.startswith(f"{p}.") for p in parts)}
    assert found == inside
    assert {part for part in parts if not any(name.startswith(f"{part}.") for name in found)} == set()


def test_a_network_without_stages_is_refused() -> None:
    with pytest.raises(UnusableInputError, match="what its stages are"):
        last_stage(torch.nn.Linear(2, 2))


def test_only_the_last_stage_learns(finetunes: Finetunes, tiny_encoder: EncoderFile, tmp_path: Path) -> None:
    finetunes(FullFinetune(epochs=2, train="last_stage", batch_norm="train"))
    changed = changed_weights(tiny_encoder, tmp_path / "out" / "encoder.safetensors")
    assert changed
    assert {name for name in changed if not name.startswith(("blocks.4.", "conv_head", "bn2"))} == set()


def test_lora_changes_attention_and_leaves_a_plain_encoder(
    finetunes: Finetunes, tiny_vit: EncoderFile, tmp_path: Path
) -> None:
    result = finetunes(
        FullFinetune(epochs=20, train="lora", lora_rank=2, head_learning_rate=1.0), encoder=tiny_vit
    )
    changed = changed_weights(tiny_vit, tmp_path / "out" / "encoder.safetensors")
    assert changed
    assert all(".attn." in name and name.endswith(".weight") for name in changed)
    assert result.accuracy is not None
    assert result.accuracy.top1 > 0.8


def test_lora_is_refused_where_there_is_no_attention(finetunes: Finetunes) -> None:
    with pytest.raises(UnusableInputError, match="this encoder has none"):
        finetunes(FullFinetune(epochs=1, train="lora"))


def test_the_head_alone_keeps_the_encoder(finetunes: Finetunes, tmp_path: Path) -> None:
    result = finetunes(FullFinetune(epochs=6, train="head", head_start="means"))
    assert not (tmp_path / "out" / "encoder.safetensors").exists()
    assert result.accuracy is not None
    assert result.accuracy.top1 > 0.8


@pytest.mark.parametrize(("mode", "moves"), [("frozen", False), ("train", True), ("momentum", True)])
def test_batch_statistics_move_only_where_the_round_says_so(
    finetunes: Finetunes, tiny_encoder: EncoderFile, tmp_path: Path, mode: str, moves: bool
) -> None:
    settings = FullFinetune.model_validate({"epochs": 1, "batch_norm": mode, "encoder_learning_rate": 0})
    finetunes(settings)
    changed = changed_weights(tiny_encoder, tmp_path / "out" / "encoder.safetensors")
    assert any("running" in name for name in changed) == moves
    assert all("running" in name or "num_batches" in name for name in changed)


def test_a_last_image_alone_is_no_batch_for_batch_norm(finetunes: Finetunes) -> None:
    finetunes(FullFinetune(epochs=1, batch_norm="train", batch_size=5))
