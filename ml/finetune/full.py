"""Finetuning encoder and head together by the paper's recipe (section 6.1, Finetuning Details).

The recipe's learning rate of 3.0 for the head is meant for features of about unit length. Pooled features
of other networks are many times as long (EfficientNet-Lite0: 34), and at the same rate the logits run to
hundreds: the loss is exactly 0 within a few epochs, the encoder learns nothing more and the confidences
mean nothing. So the head sees features standardised over the pool, to a mean squared length of 1; that is
folded into the head afterwards.
"""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ml.config import FullFinetune
from ml.encoders.backbone import Encoder
from ml.encoders.embed import Embedding, compute_features
from ml.encoders.folding import channels_last
from ml.finetune.heads.linear import LinearHead, Standardisation, standardisation
from ml.finetune.model import StepModel
from ml.finetune.training_set import TrainingSet
from ml.images.transforms import TrainingCrop
from ml.messages import ImageFile, StepRequest
from ml.progress import Progress, within
from ml.runtime import choose_device, seed_everything

MOMENTUM = 0.9
TRAINING_SHARE = 0.6


class ScaledHead(nn.Module):
    """A linear layer on standardised features."""

    def __init__(self, standard: Standardisation, classes: int) -> None:
        super().__init__()
        self.standard = standard
        self.mean = nn.Parameter(torch.from_numpy(standard.mean), requires_grad=False)
        self.linear = nn.Linear(len(standard.mean), classes)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return logits float32[B, classes] of pooled features float32[B, D]."""
        logits: torch.Tensor = self.linear((features - self.mean) / self.standard.scale)
        return logits

    def linear_head(self, seen: NDArray[np.int64], categories: int) -> LinearHead:
        """Return the same function of un-normalised features, over all categories."""
        rows = self.linear.weight.detach().cpu().numpy()
        return self.standard.folded_into(rows, self.linear.bias.detach().cpu().numpy(), seen, categories)


class Views:
    """Random views of the labelled images, epoch by epoch."""

    def __init__(self, images: list[ImageFile], classes: NDArray[np.int64], crop: TrainingCrop) -> None:
        self.images = images
        self.classes = torch.from_numpy(classes)
        self.generator = crop.generator
        self.crop = crop

    def epoch(self, batch_size: int) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        """Yield (uint8[B, 3, S, S], int64[B]) over all images in random order."""
        order = self.generator.permutation(len(self.images))
        for start in range(0, len(order), batch_size):
            chosen = order[start : start + batch_size]
            pixels = np.stack([self.crop(self.images[row].path) for row in chosen])
            yield torch.from_numpy(pixels).permute(0, 3, 1, 2), self.classes[chosen]


def training_mode(network: nn.Module) -> None:
    """Let `network` train with its BatchNorm statistics frozen: a few labels are too few to estimate them."""
    network.train()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.eval()


def train(
    model: nn.Sequential, encoder: Encoder, views: Views, settings: FullFinetune, progress: Progress
) -> None:
    """Train `model` (network, head) in place: SGD with momentum, cosine learning rates, no weight decay."""
    device = choose_device()
    network, head = model
    training_mode(network)
    groups = [
        {"params": network.parameters(), "lr": settings.encoder_learning_rate},
        {"params": head.parameters(), "lr": settings.head_learning_rate},
    ]
    optimizer = torch.optim.SGD(groups, momentum=MOMENTUM)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, settings.epochs)
    for epoch in range(settings.epochs):
        for pixels, classes in views.epoch(settings.batch_size):
            progress(epoch / settings.epochs, "finetuning", f"epoch {epoch + 1} of {settings.epochs}")
            logits = model(encoder.normalised(pixels.to(device)))
            loss = nn.functional.cross_entropy(logits, classes.to(device))
            if not bool(loss.isfinite()):
                raise FloatingPointError(f"the loss left the finite numbers in epoch {epoch + 1}")
            optimizer.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
            optimizer.step()
        schedule.step()
    model.eval()


def finetune_fully(
    request: StepRequest, encoder: Encoder, embedding: Embedding, training: TrainingSet, progress: Progress
) -> StepModel:
    """Return the model trained from the round's encoder on `training`, with its features of all images."""
    settings = request.config.finetune
    assert isinstance(settings, FullFinetune)
    images = [request.pool[row] for row in training.rows]
    classes = np.searchsorted(training.seen, training.targets)
    generator = np.random.default_rng(request.config.seed)
    crop = TrainingCrop(embedding.image_size, generator, flip=settings.flip, framing=encoder.framing)
    views = Views(images, classes, crop)
    network = channels_last(encoder.network())
    # Building a network draws random numbers: what follows must not depend on how many were built before.
    seed_everything(request.config.seed)
    standard = standardisation(embedding.readable(len(request.pool)), unit_length=False)
    head = ScaledHead(standard, len(training.seen))
    model = nn.Sequential(network, head).to(choose_device())
    train(model, encoder, views, settings, within(progress, 0.0, TRAINING_SHARE))
    files = request.pool + request.test
    rest = within(progress, TRAINING_SHARE, 1.0)
    by_digest: dict[str, NDArray[np.float32]] = {}
    for readable, pooled in compute_features(encoder, network, distinct(files), embedding.image_size, rest):
        by_digest.update(zip((image.sha256 for image in readable), pooled, strict=True))
    nothing = np.zeros(embedding.features.shape[1], dtype=np.float32)
    features = np.stack([by_digest.get(image.sha256, nothing) for image in files])
    linear = head.linear_head(training.seen, training.categories)
    return StepModel(linear, features, linear.probabilities(features), network.state_dict())


def distinct(images: list[ImageFile]) -> list[ImageFile]:
    """Return the first of `images` with each content."""
    return list({image.sha256: image for image in reversed(images)}.values())[::-1]
