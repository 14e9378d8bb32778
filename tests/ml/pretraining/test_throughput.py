"""The measured speed is of training steps, and of this machine."""

import pytest
import torch

from ml.config import MocoV2Config
from ml.messages import ThroughputRequest
from ml.pretraining import throughput
from tests.ml.pretraining.conftest import TINY


def test_bigger_images_are_slower(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throughput, "SECONDS", 0.5)
    settings = [TINY | {"batch_size": 32, "image_size": size} for size in (16, 96)]
    small, large = (
        throughput.measure(ThroughputRequest(config=MocoV2Config.model_validate(each))) for each in settings
    )
    assert small.images_per_second > large.images_per_second > 0
    assert small.device.startswith("cuda" if torch.cuda.is_available() else "cpu")
