"""A network without BatchNorm, as BiT's, goes through every method and on to finetuning."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from ml.config import MocoV2Config, SupervisedConfig
from ml.encoders.backbone import read_encoder
from ml.encoders.embed import embed_images
from ml.messages import ImageFile, PretrainRequest
from ml.pretraining.methods.method import Amounts
from ml.pretraining.pretrain import pretrain
from ml.pretraining.trainer import Trainer
from ml.progress import no_progress

SMALL = "resnet_small_gn_ws"


@pytest.mark.parametrize("method", ["moco_v2", "simclr_v2", "deepcluster_v2", "supervised"])
def test_every_method_trains_it_to_an_encoder(
    make_request: Callable[..., PretrainRequest],
    colour_images: Callable[[str, int], list[ImageFile]],
    tmp_path: Path,
    method: str,
) -> None:
    own = {"batch_norm_splits": None} if method == "moco_v2" else {}
    request = make_request(method=method, backbone=SMALL, epochs=1, measurements=1, **own)
    details = pretrain(request, no_progress, lambda _report: None)
    assert (details["architecture"], details["feature_dim"]) == (f"{SMALL}_small_image", 256)
    encoder = read_encoder(request.output_directory / "encoder.safetensors", str(details["sha256"]))
    features = embed_images(encoder, colour_images("new", 6), 16, tmp_path, no_progress).features
    assert np.isfinite(features).all()
    assert len(np.unique(features.round(4), axis=0)) == 6
    assert ("head.fc.dense.weight" in encoder.network().state_dict()) == (method == "simclr_v2")


def test_parts_of_a_batch_have_no_meaning_without_batch_norm() -> None:
    assert MocoV2Config(backbone=SMALL).parts == 1
    with pytest.raises(ValueError, match="no meaning for a network without BatchNorm"):
        MocoV2Config(backbone=SMALL, batch_norm_splits=8)


def test_without_batch_norm_classes_are_learned_at_bits_rate() -> None:
    def rate(**settings: object) -> float:
        config = SupervisedConfig.model_validate({"backbone": SMALL, "batch_size": 256} | settings)
        return Trainer(config, 10, Amounts(256, 256, 3)).learning_rate(0)

    assert rate() == pytest.approx(0.03)
    assert rate(learning_rate=0.5) == pytest.approx(0.5)
    assert rate(backbone="resnet_small") == pytest.approx(0.1)
