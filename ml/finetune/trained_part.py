"""Which part of an encoder learns, and what its BatchNorms do meanwhile."""

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from ml.config.finetune import BatchNormMode, Trained
from ml.encoders.stages import last_stage
from ml.finetune.lora import add_factors


def choose_part(network: nn.Module, train: Trained, lora_rank: int) -> None:
    """Let the part of `network` that `train` names learn, and nothing else of it."""
    if train == "lora":
        add_factors(network, lora_rank)
    elif train == "head":
        network.requires_grad_(False)
    elif train == "last_stage":
        names = last_stage(network)
        for name, parameter in network.named_parameters():
            parameter.requires_grad_(name in names)


def training_mode(
    network: nn.Module, batch_norm: BatchNormMode = "frozen", momentum: float | None = None
) -> None:
    """Let `network` train; the statistics of BatchNorm stay where `batch_norm` or the part says so.

    A few labels are too few to estimate them. With "momentum" they move by `momentum` a batch.
    """
    network.train()
    for module in network.modules():
        if not isinstance(module, _BatchNorm):
            continue
        if batch_norm == "frozen" or not any(parameter.requires_grad for parameter in module.parameters()):
            module.eval()
        elif batch_norm == "momentum":
            module.momentum = momentum
