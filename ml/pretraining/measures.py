"""How well known classes separate while an encoder is trained, by a fixed sample of labelled images."""

import copy
import time
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ml.clustering.kmeans import kmeans
from ml.encoders.backbone import Preparation
from ml.encoders.embed import compute_features
from ml.encoders.networks import input_settings
from ml.errors import PausedError
from ml.features.vectors import l2_normalised
from ml.messages import PretrainRequest
from ml.metrics.clustering import bcubed
from ml.metrics.representation import knn_accuracy_among
from ml.pretraining.labelled import Sample, sample_for, sample_size
from ml.pretraining.trainer import Trainer
from ml.progress import Progress

NEIGHBOURS = 20
SEED = 0


@dataclass(frozen=True)
class Separation:
    """Both in [0, 1]: the accuracy of a vote of NEIGHBOURS; the BCubed F of k-means, a cluster a class."""

    knn_accuracy: float
    bcubed: float


class Measures:
    """Measures a `trainer` at evenly spaced steps, and leaves no trace in it.

    Embedding is of a copy in evaluation mode, which has the statistics that BatchNorm has gathered in this
    process; random numbers stay as they were.
    """

    def __init__(self, request: PretrainRequest, trainer: Trainer) -> None:
        config, steps = request.config, trainer.steps
        self.trainer = trainer
        self.seconds = 0.0
        count = config.measurements
        self.due = {round(steps * (number + 1) / count) for number in range(count)} - {0}
        images = sample_size(steps * config.batch_size, count) if self.due and trainer.world.leads else 0
        self.sample = sample_for(request, images) if images else None

    def at(self, done: int, progress: Progress) -> Separation | None:
        """Return how well classes separate after `done` steps, None where that is not to be measured now.

        `progress` may raise PausedError: this one is left out then, for the run has to make a checkpoint.
        """
        if self.sample is None or done not in self.due:
            return None
        started = time.perf_counter()
        devices = [torch.cuda.current_device()] if self.trainer.device.type == "cuda" else []
        try:
            with torch.random.fork_rng(devices):
                return separation(*self._embedded(self.sample, progress))
        except PausedError:
            return None
        finally:
            self.seconds += time.perf_counter() - started

    def described(self) -> dict[str, object]:
        """Return what was measured by, and how long it took; nothing where nothing was."""
        if self.sample is None:
            return {}
        about = {"of": self.sample.of, "images": len(self.sample.images), "seconds": round(self.seconds, 2)}
        return {"measured": about | {"classes": len(np.unique(self.sample.classes))}}

    def _embedded(self, sample: Sample, progress: Progress) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Return features float32[M, D] of unit length and classes int64[M] of the readable images."""
        network = copy.deepcopy(self.trainer.backbone).eval()
        settings = input_settings(network)
        preparation = Preparation(mean=settings["mean"], std=settings["std"])
        size = self.trainer.config.image_size
        rows, features = [], []
        for readable, pooled in compute_features(preparation, network, sample.images, size, progress):
            rows += [int(image.id) for image in readable]
            features.append(pooled)
        found = np.concatenate(features) if features else np.zeros((0, 1), dtype=np.float32)
        return l2_normalised(found), sample.classes[rows]


def separation(features: NDArray[np.float32], truth: NDArray[np.int64]) -> Separation | None:
    """Return how well the classes `truth` int64[N] of `features` float32[N, D] of unit length separate.

    None where there are fewer than two, or a training that diverges has left no numbers.
    """
    if len(np.unique(truth)) < 2 or not np.isfinite(features).all():
        return None
    clusters = kmeans(features, len(np.unique(truth)), SEED)
    return Separation(knn_accuracy_among(features, truth, neighbours=NEIGHBOURS), bcubed(clusters, truth).f)
