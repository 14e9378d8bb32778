"""One optimisation step after another, each a function of (state, batch, seed, step number)."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from ml.config import PUBLISHED_NETWORKS, PretrainConfig
from ml.encoders import networks
from ml.encoders.backbone import Encoder
from ml.encoders.folding import channels_last
from ml.encoders.pooling import pooled_width
from ml.encoders.projection import KEPT
from ml.pretraining.methods import method_of
from ml.pretraining.methods.method import Amounts, Batch, Epoch, Step, View
from ml.pretraining.schedule import learning_rate
from ml.pretraining.views import Views
from ml.pretraining.world import ALONE, World
from ml.runtime import choose_device, seed_everything

STEP, START, LOOK = 2, 3, 4
"""What random numbers are for, beside the seed of a run; 0 and 1 are the epochs' draws (rebalancing.py)."""


def architecture_of(config: PretrainConfig) -> str:
    """Return the name under which timm knows the backbone of `config`."""
    return f"{config.backbone}_small_image" if config.stem == "small_image" else config.backbone


def goes_on_as(architecture: str, config: PretrainConfig) -> bool:
    """Return whether an encoder of `architecture` is of the network that `config` names."""
    network = PUBLISHED_NETWORKS.get(architecture)
    return architecture == architecture_of(config) or network == (config.backbone, config.stem)


def take_over(backbone: nn.Module, initial: dict[str, torch.Tensor]) -> None:
    """Give `backbone` the weights of an encoder; a layer of a head that only one of them keeps stays out."""
    own = backbone.state_dict()
    kept = {name: tensor for name, tensor in initial.items() if name in own or not name.startswith(KEPT)}
    fresh = {name: tensor for name, tensor in own.items() if name.startswith(KEPT)}
    backbone.load_state_dict(fresh | kept)


class Trainer:
    """A method in training, in one process of a `world`.

    `steps` is the length of the whole run, which the learning rate follows.
    """

    def __init__(
        self,
        config: PretrainConfig,
        steps: int,
        amounts: Amounts,
        initial: Encoder | None = None,
        world: World = ALONE,
    ) -> None:
        self.config = config
        self.world = world
        self.steps = steps
        self.device = choose_device()
        seed_everything(config.seed)
        # As in torchvision, which methods are published with: in timm, blocks begin by adding nothing.
        arguments = {"zero_init_last": False} | config.encoder_arguments()
        self.architecture = initial.architecture if initial else architecture_of(config)
        backbone = networks.create_network(self.architecture, **arguments)
        if initial is not None:
            take_over(backbone, load_file(initial.path))
        features = pooled_width(backbone, config.image_size)
        method = method_of(config)(config, backbone, features, amounts)
        method.join(world)
        self.method = method.to(self.device).train()
        channels_last(self.method)
        self.views = Views(config.augmentation, config.image_size, world)
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
        """Return the learning rate at `step` (from 0)."""
        return learning_rate(self.config, self.method.learning_rate(self.config), step, self.steps)

    def generator(self, *purpose: int) -> torch.Generator:
        """Return random numbers for a `purpose`: the same whether the run was interrupted before or not."""
        seed = np.random.SeedSequence([self.config.seed, *purpose]).generate_state(1, np.uint64)[0]
        return torch.Generator(self.device).manual_seed(int(seed >> np.uint64(1)))

    def start_epoch(self, number: int, read: Callable[[], Iterator[tuple[int, Batch]]]) -> None:
        """Have the method get ready for epoch `number` (from 0), whose steps and batches `read` gives."""

        def look() -> Iterator[tuple[Batch, View]]:
            for step, batch in read():
                yield batch, self.views_of(batch, self.generator(LOOK, step))

        self.method.start_epoch(Epoch(number, self.generator(START, number), look))

    def step(self, batch: Batch, step: int) -> Step:
        """Train on `batch`, the own part of step number `step` (from 0)."""
        generator = self.generator(STEP, step)
        inputs = self.method.inputs(batch, self.views_of(batch, generator), generator)
        return self.step_on(inputs, batch, step)

    def step_on(self, inputs: tuple[torch.Tensor, ...], batch: Batch, step: int) -> Step:
        """Train on what the method makes of `batch`; on a GPU networks are in mixed precision, losses not."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.learning_rate(step)
        on_gpu = self.device.type == "cuda"
        with torch.autocast("cuda", torch.bfloat16) if on_gpu else nullcontext():
            outputs = self.method(inputs)
        taken = self.method.loss(
            tuple(each.float() if each.is_floating_point() else each for each in outputs)
        )
        self.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(taken.loss)
        loss = taken.loss.detach().clone()
        self.world.average_([loss, *(each.grad for each in self.method.trained() if each.grad is not None)])
        self.optimizer.step()
        self.method.after_step(taken, batch, step)
        return Step(loss, taken.query.detach(), taken.key.detach())

    def average_statistics(self) -> None:
        """Give BatchNorms the mean of what the processes have seen; each has kept its own while training."""
        norms = (each for each in self.method.modules() if isinstance(each, _BatchNorm))
        kept = [statistic for norm in norms for statistic in (norm.running_mean, norm.running_var)]
        self.world.average_([statistic for statistic in kept if statistic is not None])

    def views_of(self, batch: Batch, generator: torch.Generator) -> View:
        """Return what makes views of `batch` with the random numbers of `generator`."""

        def view(size: int | None = None, area: tuple[float, float] | None = None) -> torch.Tensor:
            made = (self.views(batch.photos, generator, size, area) - self.mean) / self.std
            return made.contiguous(memory_format=torch.channels_last)

        return view
