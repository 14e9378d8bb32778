"""The measured speed is of training steps, and of this machine."""

import torch

from ml.config import PretrainConfig
from ml.messages import ThroughputRequest
from ml.pretraining.throughput import measure
from tests.ml.pretraining.conftest import TINY


def test_bigger_images_are_slower() -> None:
    small = measure(ThroughputRequest(config=PretrainConfig.model_validate(TINY | {"batch_size": 32})))
    large = measure(
        ThroughputRequest(config=PretrainConfig.model_validate(TINY | {"batch_size": 32, "image_size": 96}))
    )
    assert small.images_per_second > large.images_per_second > 0
    assert small.device.startswith("cuda" if torch.cuda.is_available() else "cpu")
