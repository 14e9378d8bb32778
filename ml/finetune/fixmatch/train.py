"""The loop of FixMatch."""

import math

import torch
from torch import nn
from torch.optim.lr_scheduler import LambdaLR

from ml.config import FixMatchFinetune
from ml.encoders.backbone import Encoder
from ml.encoders.embed import Embedded
from ml.finetune.balance import adjustment
from ml.finetune.embed_again import trained_model
from ml.finetune.fixmatch.average import averaged
from ml.finetune.fixmatch.batches import Batch, Batches
from ml.finetune.fixmatch.loss import unlabelled_loss
from ml.finetune.fixmatch.thresholds import Thresholds, thresholds_of
from ml.finetune.fixmatch.views import strong, weak
from ml.finetune.model import StepModel
from ml.finetune.optimisers import optimisers
from ml.finetune.trainable import trainable
from ml.finetune.training_set import TrainingSet
from ml.messages import StepRequest
from ml.progress import Progress, within
from ml.runtime import choose_device, mixed_precision

DECODING, TRAINING = 0.1, 0.8


class FixMatch:
    """A model (network, head) in training, its thresholds, and the chance in its views."""

    def __init__(
        self, settings: FixMatchFinetune, encoder: Encoder, model: nn.Sequential, batches: Batches, seed: int
    ) -> None:
        self.settings, self.encoder, self.model = settings, encoder, model
        self.device = choose_device()
        self.generator = torch.Generator(self.device).manual_seed(seed)
        self.thresholds: Thresholds = thresholds_of(settings, int(batches.classes.max()) + 1, self.device)
        self.shift = adjustment(settings.balance, batches.classes, self.device)

    def loss(self, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
        """Return (loss, mean weight of the unlabelled images) of one forward pass over all views.

        One pass, because BatchNorm, where it learns, has to see labelled and unlabelled images together.
        """
        labelled, classes, unlabelled = (part.to(self.device) for part in batch)
        count, others = len(labelled), len(unlabelled)
        images, flip = unlabelled.float() / 255, self.settings.flip
        views = [
            weak(labelled.float() / 255, self.generator, flip=flip),
            weak(images, self.generator, flip=flip),
            strong(images, self.generator, flip=flip),
        ]
        inputs = self.encoder.normalised(torch.cat(views) * 255)
        network, head = self.model
        with mixed_precision(self.device):
            features = network(inputs.contiguous(memory_format=torch.channels_last))
        logits, weak_logits, strong_logits = head(features.float()).split([count, others, others])
        supervised = nn.functional.cross_entropy(logits + self.shift, classes)
        unsupervised, share = unlabelled_loss(weak_logits, strong_logits, self.thresholds)
        return supervised + self.settings.unlabelled_weight * unsupervised, share


def train(fixmatch: FixMatch, batches: Batches, progress: Progress) -> nn.Sequential:
    """Return the trained model, its average where the settings ask for one."""
    settings, model = fixmatch.settings, fixmatch.model
    network, head = model
    found = optimisers(
        network,
        head,
        settings.encoder_learning_rate,
        settings.head_learning_rate,
        weight_decay=settings.weight_decay,
        nesterov=True,
        lora_rate=settings.lora_learning_rate if settings.train == "lora" else None,
    )
    steps = settings.steps
    schedules = [LambdaLR(each, lambda step: math.cos(7 / 16 * math.pi * step / steps)) for each in found]
    average = averaged(model, settings.average) if settings.average else None
    used = 0.0
    for step in range(steps):
        message = f"step {step + 1:,} of {steps:,}, {used:.0%} of the unlabelled images count"
        progress(step / steps, "finetuning", message)
        loss, share = fixmatch.loss(batches.next())
        if not bool(loss.isfinite()):
            raise FloatingPointError(f"the loss left the finite numbers in step {step + 1}")
        for optimiser in found:
            optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        for optimiser, schedule in zip(found, schedules, strict=True):
            optimiser.step()
            schedule.step()
        used = float(share)
        if average is not None:
            average.update_parameters(model)
    kept = average.module if average is not None else model
    assert isinstance(kept, nn.Sequential)
    return kept


def finetune_by_fixmatch(
    request: StepRequest, embedded: Embedded, training: TrainingSet, progress: Progress
) -> StepModel:
    """Return the model trained on the labels and the pool, with its features of all images."""
    settings = request.config.finetune
    assert isinstance(settings, FixMatchFinetune)
    batches = Batches(settings, request, embedded, training)
    batches.decode(within(progress, 0.0, DECODING))
    model = nn.Sequential(*trainable(settings, request, embedded, training))
    fixmatch = FixMatch(settings, embedded.encoder, model, batches, request.config.seed)
    trained = train(fixmatch, batches, within(progress, DECODING, TRAINING))
    return trained_model(request, embedded, training, trained, within(progress, TRAINING, 1.0))
