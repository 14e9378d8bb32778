"""The optimisers of an encoder and its head."""

from typing import Any

import torch
from torch import nn

MOMENTUM = 0.9


def optimisers(
    network: nn.Module,
    head: nn.Module,
    encoder_rate: float,
    head_rate: float,
    *,
    weight_decay: float = 0.0,
    nesterov: bool = False,
    lora_rate: float | None = None,
) -> list[torch.optim.Optimizer]:
    """Return SGD for what learns of `network` and `head`, and AdamW for LoRA's factors at `lora_rate`.

    Weight decay is for weights of two dimensions and more, not for biases and norms. On a GPU a step is one
    kernel.
    """
    parts = [(head, head_rate)] if lora_rate is not None else [(network, encoder_rate), (head, head_rate)]
    groups = [group for part, rate in parts for group in groups_of(part, rate, weight_decay)]
    fused = next(head.parameters()).device.type == "cuda"
    found: list[torch.optim.Optimizer] = [
        torch.optim.SGD(groups, momentum=MOMENTUM, nesterov=nesterov, fused=fused)
    ]
    if lora_rate is not None:
        factors = [each for each in network.parameters() if each.requires_grad]
        found.append(torch.optim.AdamW(factors, lr=lora_rate, weight_decay=weight_decay, fused=fused))
    return found


def groups_of(part: nn.Module, rate: float, weight_decay: float) -> list[dict[str, Any]]:
    """Return the optimiser's groups of what learns of `part`."""
    learning = [parameter for parameter in part.parameters() if parameter.requires_grad]
    kernels = [parameter for parameter in learning if parameter.ndim > 1]
    others = [parameter for parameter in learning if parameter.ndim <= 1]
    groups = [
        {"params": kernels, "lr": rate, "weight_decay": weight_decay},
        {"params": others, "lr": rate, "weight_decay": 0.0},
    ]
    return [group for group in groups if group["params"]]
