"""Finetuning encoder and head together: by the paper's recipe (section 6.1) or by BiT's HyperRule."""

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from ml.config import FullFinetune, HyperRuleFinetune
from ml.encoders.backbone import Encoder
from ml.encoders.embed import Embedded
from ml.finetune.balance import adjustment
from ml.finetune.embed_again import trained_model
from ml.finetune.labelled_views import Views
from ml.finetune.model import StepModel
from ml.finetune.recipe import Recipe, hyper_rule, paper_recipe
from ml.finetune.trainable import trainable, trainable_by_hyper_rule
from ml.finetune.training_set import TrainingSet
from ml.images.shifted_crop import ShiftedCrop
from ml.images.transforms import Framing, TrainingCrop
from ml.messages import StepRequest
from ml.progress import Progress, within
from ml.runtime import choose_device, mixed_precision

TRAINING_SHARE = 0.6
Settings = FullFinetune | HyperRuleFinetune


def crop_of(
    settings: Settings, size: int, generator: np.random.Generator, framing: Framing
) -> Callable[[str], NDArray[np.uint8]]:
    """Return the random crop that `settings` ask for, of `size` pixels a side."""
    if isinstance(settings, FullFinetune) and settings.crop == "resized":
        return TrainingCrop(
            size, generator, flip=settings.flip, framing=framing, smallest=settings.smallest_crop
        )
    if isinstance(settings, FullFinetune):
        squashed, enlarged = settings.crop == "squashed", 8 / 7
    else:
        squashed, enlarged = True, (5 / 4 if size <= 128 else 16 / 15)
    own = framing.model_copy(update={"squashed": squashed})
    return ShiftedCrop(size, generator, flip=settings.flip, framing=own, enlarged=enlarged)


def train(
    model: nn.Sequential, encoder: Encoder, recipe: Recipe, shift: torch.Tensor, progress: Progress
) -> None:
    """Train `model` (network, head) in place by `recipe`; `shift` float32[C] is added to the logits.

    On a GPU the network computes in bfloat16, the head and the loss in float32.
    """
    device = choose_device()
    network, head = model
    for number in range(recipe.passes):
        for pixels, classes in recipe.batches():
            progress(number / recipe.passes, "finetuning", f"{recipe.unit} {number + 1} of {recipe.passes}")
            inputs = encoder.normalised(pixels.to(device))
            with mixed_precision(device):
                features = network(inputs)
            loss = nn.functional.cross_entropy(head(features.float()) + shift, classes.to(device))
            if not bool(loss.isfinite()):
                raise FloatingPointError(f"the loss left the finite numbers in {recipe.unit} {number + 1}")
            for optimiser in recipe.optimisers:
                optimiser.zero_grad(set_to_none=True)
            torch.autograd.backward(loss)
            for optimiser in recipe.optimisers:
                optimiser.step()
        for schedule in recipe.schedules:
            schedule.step()
    model.eval()


def finetune_fully(
    request: StepRequest, embedded: Embedded, training: TrainingSet, progress: Progress
) -> StepModel:
    """Return the model trained from the round's encoder on `training`, with its features of all images."""
    settings = request.config.finetune
    assert isinstance(settings, FullFinetune | HyperRuleFinetune)
    encoder, embedding, device = embedded.encoder, embedded.embedding, choose_device()
    classes = np.searchsorted(training.seen, training.targets)
    generator = np.random.default_rng(request.config.seed)
    crop = crop_of(settings, embedding.image_size, generator, encoder.framing)
    images = [request.pool[row] for row in training.rows]
    views = Views(images, classes, crop, generator, balanced=settings.balance == "sampling")
    if isinstance(settings, FullFinetune):
        network, head = trainable(settings, request, embedded, training)
        recipe = paper_recipe(settings, network, head, views)
    else:
        network, head = trainable_by_hyper_rule(request, embedded, training)
        recipe = hyper_rule(settings, network, head, views)
    model = nn.Sequential(network, head)
    shift = adjustment(settings.balance, classes, device)
    train(model, encoder, recipe, shift, within(progress, 0.0, TRAINING_SHARE))
    rest = within(progress, TRAINING_SHARE, 1.0)
    return trained_model(request, embedded, training, model, rest)
