"""The state of a run as one safetensors file: written whole or not at all, and read only where it fits."""

import json
import os
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch.optim import Optimizer

from ml.messages import Checkpoint
from ml.pretraining.methods.method import Method
from ml.whole_file import sha256_of

METADATA_KEY = "eigenlabel-pretraining"
MOMENTUM = "momentum_buffer"


def save_checkpoint(directory: Path, method: Method, optimizer: Optimizer, step: int, run: str) -> Checkpoint:
    """Write the state after `step` steps of the run named `run` to `directory`, durably."""
    tensors = {f"model.{name}": tensor for name, tensor in method.state_dict().items()}
    tensors |= optimizer_tensors(optimizer)
    plain = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in tensors.items()}
    path = directory / f"checkpoint-{step:09}.safetensors"
    partial = path.with_suffix(".partial")
    save_file(plain, partial, metadata={METADATA_KEY: json.dumps({"run": run, "step": step})})
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(path)
    return Checkpoint(name=path.name, step=step, sha256=sha256_of(path))


def load_checkpoint(paths: list[str], method: Method, optimizer: Optimizer, run: str) -> int:
    """Put the newest whole checkpoint of the run named `run` into `method` and `optimizer`.

    `paths` lists them newest first. Returns the number of steps done: 0, with nothing changed, where none of
    them can be read or belongs to this run.
    """
    for path in paths:
        try:
            step, tensors = read_checkpoint(Path(path), run)
        except (OSError, SafetensorError, KeyError, ValueError):
            continue
        of_model = {
            name.removeprefix("model."): tensor
            for name, tensor in tensors.items()
            if name.startswith("model.")
        }
        method.restore(of_model)
        restore_optimizer(optimizer, tensors)
        return step
    return 0


def optimizer_tensors(optimizer: Optimizer) -> dict[str, torch.Tensor]:
    """Return the state of `optimizer` as `optimizer.<parameter>.<name>`; momentum goes without its name.

    Parameters are numbered through all its groups. Release 0.1 knew of nothing but momentum.
    """
    return {
        f"optimizer.{index}" if name == MOMENTUM else f"optimizer.{index}.{name}": value
        for index, parameter in enumerate(parameters_of(optimizer))
        for name, value in optimizer.state[parameter].items()
        if isinstance(value, torch.Tensor)
    }


def restore_optimizer(optimizer: Optimizer, tensors: dict[str, torch.Tensor]) -> None:
    """Put what `optimizer_tensors` returned back; in the layout in memory that the parameters have."""
    parameters = parameters_of(optimizer)
    for key, tensor in tensors.items():
        owner, _, place = key.partition(".")
        if owner == "optimizer":
            index, _, name = place.partition(".")
            parameter = parameters[int(index)]
            like = (
                torch.empty_like(parameter) if tensor.shape == parameter.shape else torch.empty_like(tensor)
            )
            optimizer.state[parameter][name or MOMENTUM] = like.copy_(tensor)


def parameters_of(optimizer: Optimizer) -> list[torch.Tensor]:
    """Return the parameters of all groups, in order."""
    return [parameter for group in optimizer.param_groups for parameter in group["params"]]


def read_checkpoint(path: Path, run: str) -> tuple[int, dict[str, torch.Tensor]]:
    """Return (steps done, tensors); ValueError where the file belongs to another run."""
    with safe_open(path, framework="pt") as file:
        about = json.loads((file.metadata() or {})[METADATA_KEY])
        if about["run"] != run:
            raise ValueError("this checkpoint belongs to another run")
        return int(about["step"]), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
