"""Every method as a whole run: in each of its modes, resumed, and with an encoder that rounds can use."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from ml.encoders.backbone import read_encoder
from ml.encoders.embed import embed_images
from ml.messages import Checkpoint, EncoderFile, ImageFile, PretrainPoint, PretrainRequest
from ml.pretraining.pretrain import pretrain
from ml.progress import no_progress

Make = Callable[..., PretrainRequest]
UNSUPERVISED = ["simclr_v2", "deepcluster_v2"]
METHODS = [*UNSUPERVISED, "supervised"]


def weights(request: PretrainRequest) -> dict[str, torch.Tensor]:
    """Return the weights that a run left."""
    return load_file(request.output_directory / "encoder.safetensors")


def initial_of(request: PretrainRequest) -> EncoderFile:
    """Return the encoder that the run of `request` left."""
    spec = {"kind": "pretrain", "config": request.config.model_dump()}
    path = str(request.output_directory / "encoder.safetensors")
    return EncoderFile.model_validate({"spec": spec, "weights": path})


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("interrupted_at", [2, 4])
def test_a_resumed_run_ends_with_the_same_weights(
    make_request: Make, method: str, interrupted_at: int
) -> None:
    """Within an epoch, and between two of four steps each."""

    class PulledDownError(Exception):
        """The run is stopped here."""

    saved: list[Checkpoint] = []

    def stop(report: PretrainPoint | Checkpoint) -> None:
        if isinstance(report, Checkpoint):
            saved.append(report)
            raise PulledDownError

    changes = {"method": method, "epochs": 2}
    whole, partial = make_request("whole", **changes), make_request("partial", **changes)
    partial = make_request("partial", **changes, checkpoint_steps=interrupted_at)
    pretrain(whole, no_progress, lambda report: None)
    with pytest.raises(PulledDownError):
        pretrain(partial, no_progress, stop)
    assert saved[0].step == interrupted_at
    resumed = make_request("resumed", [str(partial.output_directory / saved[0].name)], **changes)
    pretrain(resumed, no_progress, lambda report: None)
    first, second = weights(whole), weights(resumed)
    assert [name for name in first if not torch.equal(first[name], second[name])] == []


@pytest.mark.parametrize("method", UNSUPERVISED)
def test_each_mode_leaves_an_encoder_for_rounds(
    make_request: Make,
    method: str,
    colour_images: Callable[[str, int], list[ImageFile]],
    tmp_path: Path,
) -> None:
    first = make_request("vup", method=method, mode="vup", epochs=1)
    second = make_request("tup", method=method, mode="tup", epochs=1)
    third = make_request("uf", method=method, mode="uf", epochs=1)
    pretrain(first, no_progress, lambda report: None)
    for request in (second, third.model_copy(update={"initial": initial_of(first)})):
        points: list[PretrainPoint | Checkpoint] = []
        details = pretrain(request, no_progress, points.append)
        assert isinstance(points[-1], PretrainPoint)
        assert 0 <= points[-1].alignment <= 4
        encoder = read_encoder(request.output_directory / "encoder.safetensors", str(details["sha256"]))
        features = embed_images(encoder, colour_images("target", 12), 16, tmp_path, no_progress).features
        assert np.isfinite(features).all()
        assert features.shape == (12, encoder.feature_dim)


def test_an_encoder_that_keeps_a_layer_of_its_head_goes_on_under_every_method(make_request: Make) -> None:
    first = make_request("first", method="simclr_v2", mode="vup", epochs=1)
    pretrain(first, no_progress, lambda report: None)
    kept = {name for name in weights(first) if name.startswith("fc.")}
    assert "fc.dense.weight" in kept
    assert read_encoder(first.output_directory / "encoder.safetensors").arguments == {"projected": True}
    other = make_request("other", mode="uf").model_copy(update={"initial": initial_of(first)})
    pretrain(other, no_progress, lambda report: None)
    assert weights(other).keys() == weights(first).keys() - kept
    back = make_request("back", method="simclr_v2", mode="uf")
    pretrain(back.model_copy(update={"initial": initial_of(other)}), no_progress, lambda report: None)
    assert weights(back).keys() == weights(first).keys()
