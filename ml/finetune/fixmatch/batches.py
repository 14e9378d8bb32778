"""What one step of FixMatch sees: labelled and unlabelled images of the pool, drawn anew each time."""

import numpy as np
import torch

from ml.config import FixMatchFinetune
from ml.encoders.embed import Embedded
from ml.finetune.fixmatch.draws import Draws
from ml.finetune.fixmatch.pool_pixels import PoolPixels
from ml.finetune.labelled_views import balanced_rows
from ml.finetune.training_set import TrainingSet
from ml.messages import StepRequest
from ml.progress import Progress

Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor]


class Batches:
    """Draws from the pool: the labelled images, and all that may be learnt from without a label.

    Those are the readable ones that are not excluded; the labelled ones are among them.
    """

    def __init__(
        self, settings: FixMatchFinetune, request: StepRequest, embedded: Embedded, training: TrainingSet
    ) -> None:
        self.settings = settings
        self.generator = np.random.default_rng(request.config.seed)
        embedding = embedded.embedding
        excluded = set(request.excluded)
        usable = [
            row
            for row, image in enumerate(request.pool)
            if not embedding.unreadable[row] and (image.id not in excluded or image.id in request.labels)
        ]
        images = [request.pool[row] for row in usable]
        self.pixels = PoolPixels(images, embedding.image_size, embedded.encoder.framing)
        self.labelled = np.searchsorted(usable, training.rows)
        self.classes = np.searchsorted(training.seen, training.targets)
        self.labels = Draws(np.arange(len(self.labelled)), self.generator)
        self.unlabelled = Draws(np.arange(len(usable)), self.generator)

    def decode(self, progress: Progress) -> None:
        """Decode the pool."""
        self.pixels.decode(progress)

    def next(self) -> Batch:
        """Return labelled images uint8[B, 3, S, S], their classes int64[B], and unlabelled images."""
        count = self.settings.batch_size
        if self.settings.balance == "sampling":
            chosen = balanced_rows(self.classes, count, self.generator)
        else:
            chosen = self.labels.take(count)
        others = self.unlabelled.take(count * self.settings.unlabelled_ratio)
        return (
            self.pixels.read(self.labelled[chosen]),
            torch.from_numpy(self.classes[chosen]),
            self.pixels.read(others),
        )
