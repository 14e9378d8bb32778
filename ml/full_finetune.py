"""Finetuning encoder and head together by the paper's recipe (section 6.1, Finetuning Details).

The recipe's learning rate of 3.0 for the head is meant for features of about unit length. Pooled features of other
networks are ten times as long, and the same rate then diverges; so the head sees them centred and scaled to a mean
squared length of 1 over the pool, and the scaling is folded into the head afterwards.
"""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ml.backbone import Encoder
from ml.config import FullFinetune
from ml.embed import Embedding, compute_features
from ml.head import LinearHead, standardisation
from ml.messages import ImageFile, StepRequest
from ml.model import StepModel
from ml.runtime import Progress, choose_device, within
from ml.transforms import TrainingCrop

MOMENTUM = 0.9
TRAINING_SHARE = 0.6


class ScaledHead(nn.Module):
    """A linear layer on (features - mean) / scale, with `mean` and `scale` fixed."""

    def __init__(self, mean: NDArray[np.float32], scale: float, classes: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.from_numpy(mean))
        self.scale = scale
        self.linear = nn.Linear(len(mean), classes)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return logits float32[B, classes]."""
        logits: torch.Tensor = self.linear((features - self.mean) / self.scale)
        return logits

    def linear_head(self, seen: NDArray[np.int64], categories: int) -> LinearHead:
        """Return the same function of un-normalised features, over all `categories`."""
        rows = self.linear.weight.detach().cpu().numpy() / self.scale
        mean = self.get_buffer("mean").cpu().numpy()
        weight = np.zeros((categories, len(mean)), dtype=np.float32)
        bias = np.full(categories, -np.inf, dtype=np.float32)
        weight[seen] = rows
        bias[seen] = self.linear.bias.detach().cpu().numpy() - rows @ mean
        return LinearHead(weight, bias)


def training_mode(network: nn.Module) -> None:
    """Let `network` train with its BatchNorm statistics frozen: a few labels are too few to estimate them."""
    network.train()
    for module in network.modules():
        if isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.eval()


def batches(
    images: list[ImageFile], targets: NDArray[np.int64], size: int, count: int, generator: np.random.Generator
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Yield one epoch of (uint8[B, 3, S, S], int64[B]) in random order, cropped and flipped at random."""
    crop = TrainingCrop(size, generator)
    order = generator.permutation(len(images))
    for start in range(0, len(order), count):
        chosen = order[start : start + count]
        pixels = np.stack([crop(images[row].path) for row in chosen])
        yield torch.from_numpy(pixels).permute(0, 3, 1, 2), torch.from_numpy(targets[chosen])


def train(
    network: nn.Module,
    head: ScaledHead,
    encoder: Encoder,
    settings: FullFinetune,
    epochs: Iterator[Iterator[tuple[torch.Tensor, torch.Tensor]]],
    progress: Progress,
) -> None:
    """Train in place: SGD with momentum, no weight decay, both learning rates falling along a cosine."""
    device = choose_device()
    groups = [
        {"params": list(network.parameters()), "lr": settings.encoder_learning_rate},
        {"params": list(head.parameters()), "lr": settings.head_learning_rate},
    ]
    optimizer = torch.optim.SGD(groups, momentum=MOMENTUM)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, settings.epochs)
    for epoch, epoch_batches in enumerate(epochs):
        losses = []
        for pixels, targets in epoch_batches:
            progress(epoch / settings.epochs, "finetuning", f"epoch {epoch + 1} of {settings.epochs}")
            features = network(encoder.normalised(pixels.to(device)))
            loss = nn.functional.cross_entropy(head(features), targets.to(device))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            losses.append(float(loss.detach()))
        if not np.isfinite(losses).all():
            raise FloatingPointError(f"the loss is not finite in epoch {epoch + 1}: lower the learning rates")
        schedule.step()


def finetune_fully(
    request: StepRequest,
    encoder: Encoder,
    embedding: Embedding,
    rows: NDArray[np.int64],
    targets: NDArray[np.int64],
    progress: Progress,
) -> StepModel:
    """Return the model trained on pool `rows` with `targets`, from the round's encoder, with the new features."""
    settings = request.config.finetune
    assert isinstance(settings, FullFinetune)
    device = choose_device()
    generator = np.random.default_rng([request.config.seed, request.step])
    seen, classes = np.unique(targets, return_inverse=True)
    images = [request.pool[row] for row in rows]
    network = encoder.network().to(device, memory_format=torch.channels_last)
    pool = embedding.features[: len(request.pool)][~embedding.unreadable[: len(request.pool)]]
    head = ScaledHead(*standardisation(pool), classes=len(seen)).to(device)
    training_mode(network)
    epochs = (
        batches(images, classes.astype(np.int64), embedding.image_size, settings.batch_size, generator)
        for _ in range(settings.epochs)
    )
    train(network, head, encoder, settings, epochs, within(progress, 0.0, TRAINING_SHARE))
    network.eval()
    files = request.pool + request.test
    features = np.zeros_like(embedding.features)
    rest = within(progress, TRAINING_SHARE, 1.0)
    row_of: dict[str, list[int]] = {}
    for row, image in enumerate(files):
        row_of.setdefault(image.sha256, []).append(row)
    distinct = [files[own[0]] for own in row_of.values()]
    for readable, pooled in compute_features(encoder, network, distinct, embedding.image_size, rest):
        for image, feature in zip(readable, pooled, strict=True):
            features[row_of[image.sha256]] = feature
    tensors = {name: tensor.cpu() for name, tensor in network.state_dict().items()}
    return StepModel(head.linear_head(seen, len(request.categories)), features, tensors)
