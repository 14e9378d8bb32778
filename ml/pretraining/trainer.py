"""One optimisation step of MoCo v2 after another, each a function of (state, batch, seed, step number)."""

import math
from contextlib import nullcontext
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.optim import SGD

from ml.config import PretrainConfig
from ml.encoders import networks
from ml.encoders.folding import channels_last
from ml.encoders.pooling import pooled_width
from ml.pretraining.moco import MoCo, contrastive_loss
from ml.pretraining.split_batch_norm import split_batch_norms
from ml.pretraining.views import Views
from ml.runtime import choose_device, seed_everything

MOMENTUM = 0.9
# MoCo v2's for a batch of 256; unsupervised finetuning disturbs what is there less (paper, section 6.3).
LEARNING_RATE = {"tup": 0.03, "vup": 0.03, "uf": 0.003}
REFERENCE_BATCH = 256
LONGEST_QUEUE = 65_536


@dataclass(frozen=True)
class Step:
    """What one step gave: the loss (a scalar) and both views' unit projections [B, D], on the device."""

    loss: torch.Tensor
    query: torch.Tensor
    key: torch.Tensor


def architecture_of(config: PretrainConfig) -> str:
    """Return the name under which timm knows the backbone of `config`."""
    return f"{config.backbone}_small_image" if config.stem == "small_image" else config.backbone


def queue_size_of(config: PretrainConfig, epoch_images: int) -> int:
    """Return the length of the queue: as configured, or MoCo's 65,536 as far as an epoch has images."""
    wanted = config.queue_size or min(LONGEST_QUEUE, epoch_images // config.batch_size * config.batch_size)
    return max(wanted, config.batch_size)


class Trainer:
    """A model in training. `steps` is the length of the whole run, which the learning rate follows."""

    def __init__(
        self,
        config: PretrainConfig,
        steps: int,
        queue_size: int,
        initial: dict[str, torch.Tensor] | None = None,
    ) -> None:
        self.config = config
        self.steps = steps
        self.device = choose_device()
        seed_everything(config.seed)
        backbone = networks.create_network(architecture_of(config))
        if initial is not None:
            backbone.load_state_dict(initial)
        features = pooled_width(backbone, config.image_size)
        model = MoCo(backbone, features, config.projection_dim, queue_size, config.key_momentum)
        self.model = model.to(self.device).train()
        channels_last(split_batch_norms(self.model, config.batch_norm_splits))
        self.views = Views(config.augmentation, config.image_size)
        settings = networks.input_settings(backbone)
        self.mean, self.std = (
            torch.tensor(settings[name], device=self.device).view(1, 3, 1, 1) for name in ("mean", "std")
        )
        self.optimizer = SGD(
            self.model.query.parameters(), lr=0.0, momentum=MOMENTUM, weight_decay=config.weight_decay
        )

    @property
    def backbone(self) -> nn.Module:
        """Return the query encoder without its head."""
        return self.model.backbone

    def learning_rate(self, step: int) -> float:
        """Return the learning rate at `step` (from 0): a half cosine, scaled linearly with the batch."""
        base = self.config.learning_rate or LEARNING_RATE[self.config.mode]
        scaled = base * self.config.batch_size / REFERENCE_BATCH
        return scaled * 0.5 * (1 + math.cos(math.pi * step / self.steps))

    def generator(self, step: int) -> torch.Generator:
        """Return the random numbers of `step`: the same whether the run was interrupted before it or not."""
        seed = np.random.SeedSequence([self.config.seed, 2, step]).generate_state(1, np.uint64)[0]
        return torch.Generator(self.device).manual_seed(int(seed >> np.uint64(1)))

    def step(self, pixels: torch.Tensor, step: int) -> Step:
        """Train on `pixels` uint8[B, 3, S, S] as step number `step` (from 0)."""
        generator = self.generator(step)
        first, second = (self._view(pixels, generator) for _ in range(2))
        order = torch.randperm(len(pixels), generator=generator, device=self.device)
        return self.step_on_views(first, second, order, step)

    def step_on_views(
        self, first: torch.Tensor, second: torch.Tensor, order: torch.Tensor, step: int
    ) -> Step:
        """Train on two views float32[B, 3, S, S] of the images; keys are computed in `order` int64[B]."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate(step)
        model, on_gpu = self.model, self.device.type == "cuda"
        with torch.autocast("cuda", torch.bfloat16) if on_gpu else nullcontext():
            query = model.queries(first)
            model.move_key_encoder()
            key = model.keys(second, order)
            loss = contrastive_loss(query.float(), key.float(), model.queue, self.config.temperature)
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        self.optimizer.step()
        model.enqueue(key, step)
        return Step(loss.detach(), query.detach().float(), key.float())

    def _view(self, pixels: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        view = (self.views(pixels, generator) - self.mean) / self.std
        return view.contiguous(memory_format=torch.channels_last)
