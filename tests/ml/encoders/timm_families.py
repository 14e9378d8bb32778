"""The smallest network of every family that timm offers; `python -m` with this module lists them again.

A family is a class of network under one name: `resnet` of `resnet18` and `resnet50`, but `mobilenetv3` apart
from `mobilenetv4`, for which a version is part of the name.
"""

import json
import re
import warnings
from pathlib import Path

import torch

from ml.encoders import networks

LIST = Path(__file__).with_suffix(".json")


def family_name(name: str) -> str:
    """Return the first word of a network's `name`, without the depth that may be part of it."""
    return re.sub(r"(?<!v)\d.*$", "", name.split("_", maxsplit=1)[0])


def names() -> list[str]:
    """Return every architecture that timm can build here."""
    found: list[str] = networks.timm.list_models()
    return found


def smallest() -> dict[str, str]:
    """Return {family: its network with the fewest parameters}; all are built, without weights."""
    sizes: dict[tuple[str, str], tuple[int, str]] = {}
    for name in names():
        with torch.device("meta"):
            network = networks.create_network(name)
        size = (sum(parameter.numel() for parameter in network.parameters()), name)
        key = (type(network).__name__, family_name(name))
        sizes[key] = min(sizes.get(key, size), size)
    return {f"{kind} {family}": name for (kind, family), (_, name) in sorted(sizes.items())}


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    LIST.write_text(json.dumps(smallest(), indent=1) + "\n")
