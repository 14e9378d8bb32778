"""Features are of the image alone, not of the images that happened to come with it."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from ml.backbone import open_encoder
from ml.config import BundledEncoder
from ml.embed import compute_features
from ml.messages import EncoderFile, ImageFile
from ml.progress import no_progress


def test_an_image_has_the_same_features_alone_and_in_company(
    colour_images: Callable[[str, int], list[ImageFile]], tmp_path: Path
) -> None:
    encoder = open_encoder(EncoderFile(spec=BundledEncoder()), tmp_path)
    images, network = colour_images("company", 18), encoder.network()

    def features(chosen: list[ImageFile]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return np.concatenate(
            [each for _, each in compute_features(encoder, network, chosen, 64, no_progress)]
        )

    together = features(images)
    for start in (1, 5, 10, 14, 17):
        np.testing.assert_array_equal(features(images[start:]), together[start:])
