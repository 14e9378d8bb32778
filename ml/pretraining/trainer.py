"""One optimisation step after another, each a function of (state, batch, seed, step number)."""

import math
from contextlib import nullcontext

import numpy as np
import torch
from torch import nn

from ml.config import PretrainConfig
from ml.encoders import networks
from ml.encoders.folding import channels_last
from ml.encoders.pooling import pooled_width
from ml.pretraining.methods import method_of
from ml.pretraining.methods.method import Step
from ml.pretraining.views import Views
from ml.runtime import choose_device, seed_everything


def architecture_of(config: PretrainConfig) -> str:
    """Return the name under which timm knows the backbone of `config`."""
    return f"{config.backbone}_small_image" if config.stem == "small_image" else config.backbone


class Trainer:
    """A method in training. `steps` is the length of the whole run, which the learning rate follows."""

    def __init__(
        self,
        config: PretrainConfig,
        steps: int,
        epoch_images: int,
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
        method = method_of(config)(config, backbone, features, epoch_images)
        self.method = method.to(self.device).train()
        channels_last(self.method)
        self.views = Views(config.augmentation, config.image_size)
        settings = networks.input_settings(backbone)
        self.mean, self.std = (
            torch.tensor(settings[name], device=self.device).view(1, 3, 1, 1) for name in ("mean", "std")
        )
        self.optimizer = self.method.optimizer(config)

    @property
    def backbone(self) -> nn.Module:
        """Return the encoder without a head."""
        return self.method.backbone

    def learning_rate(self, step: int) -> float:
        """Return the learning rate at `step` (from 0): a half cosine."""
        highest = self.method.learning_rate(self.config)
        return highest * 0.5 * (1 + math.cos(math.pi * step / self.steps))

    def generator(self, step: int) -> torch.Generator:
        """Return the random numbers of `step`: the same whether the run was interrupted before it or not."""
        seed = np.random.SeedSequence([self.config.seed, 2, step]).generate_state(1, np.uint64)[0]
        return torch.Generator(self.device).manual_seed(int(seed >> np.uint64(1)))

    def step(self, pixels: torch.Tensor, step: int) -> Step:
        """Train on `pixels` uint8[B, 3, S, S] as step number `step` (from 0)."""
        generator = self.generator(step)
        inputs = self.method.inputs(lambda: self._view(pixels, generator), generator)
        return self.step_on(inputs, step)

    def step_on(self, inputs: tuple[torch.Tensor, ...], step: int) -> Step:
        """Train on what the method makes of a batch."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate(step)
        on_gpu = self.device.type == "cuda"
        with torch.autocast("cuda", torch.bfloat16) if on_gpu else nullcontext():
            taken = self.method.loss(inputs)
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(taken.loss)
        self.optimizer.step()
        self.method.after_step(taken, step)
        return Step(taken.loss.detach(), taken.query.detach().float(), taken.key.detach().float())

    def _view(self, pixels: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
        view = (self.views(pixels, generator) - self.mean) / self.std
        return view.contiguous(memory_format=torch.channels_last)
