"""A round's encoder with a new head, ready to be trained together."""

import numpy as np
from torch import nn

from ml.config import FixMatchFinetune, FullFinetune
from ml.encoders.embed import Embedded
from ml.encoders.folding import channels_last
from ml.finetune.heads.linear import standardisation
from ml.finetune.scaled_head import ScaledHead, plain
from ml.finetune.trained_part import choose_part, training_mode
from ml.finetune.training_set import TrainingSet
from ml.messages import StepRequest
from ml.runtime import choose_device, seed_everything

Trainable = tuple[nn.Module, ScaledHead]


def trainable(
    settings: FullFinetune | FixMatchFinetune,
    request: StepRequest,
    embedded: Embedded,
    training: TrainingSet,
) -> Trainable:
    """Return the network, of which the part that `settings` name learns, and a head, on the device."""
    network = network_of(request, embedded)
    embedding = embedded.embedding
    head = ScaledHead(
        standardisation(embedding.readable(len(request.pool)), unit_length=False), len(training.seen)
    )
    classes = np.searchsorted(training.seen, training.targets)
    head.start(settings.head_start, embedding.features[training.rows], classes)
    choose_part(network, settings.train, settings.lora_rank)
    training_mode(network, settings.batch_norm, settings.batch_norm_momentum)
    return network.to(choose_device()), head.to(choose_device())


def trainable_by_hyper_rule(request: StepRequest, embedded: Embedded, training: TrainingSet) -> Trainable:
    """Return the network and a head of zeros on its features as they are, on the device."""
    network = network_of(request, embedded)
    features = embedded.embedding.features[training.rows]
    head = ScaledHead(plain(features.shape[1]), len(training.seen))
    head.start("zero", features, np.searchsorted(training.seen, training.targets))
    training_mode(network)
    return network.to(choose_device()), head.to(choose_device())


def network_of(request: StepRequest, embedded: Embedded) -> nn.Module:
    """Return the encoder's network, and seed what follows by the round's seed.

    Building a network draws random numbers: what follows must not depend on how many were built before.
    """
    network = channels_last(embedded.encoder.network())
    seed_everything(request.config.seed)
    return network
