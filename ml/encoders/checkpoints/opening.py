"""From a file of somebody else's to the weights of an encoder under timm's names."""

from dataclasses import dataclass
from pathlib import Path

import torch

from ml.config import CheckpointLayout
from ml.encoders.checkpoints.layouts import LAYOUTS, Layout, resnet_named
from ml.encoders.checkpoints.reading import Tensors, located, read_tensors, sha256_of
from ml.errors import UnusableInputError

COUNTER = "num_batches_tracked"
SHOWN = 3


@dataclass(frozen=True)
class Opened:
    """Weights for the network `architecture`, what goes with them, and where they came from."""

    layout: CheckpointLayout
    architecture: str
    tensors: Tensors
    head: Tensors
    sha256: str

    @property
    def rule(self) -> Layout:
        """Return what is known of the layout."""
        return LAYOUTS[self.layout]

    def kept(self, encoder: Tensors) -> Tensors:
        """Return what its method has learned, `encoder` with it; nothing where the file has no head."""
        own = {f"{self.rule.place}{name}": tensor for name, tensor in encoder.items()}
        return self.head and own | self.head


def open_checkpoint(path: Path, layout: CheckpointLayout | None, sha256: str | None) -> Opened:
    """Return the encoder in the file at `path`; without `layout` its keys tell it.

    Raises UnusableInputError where the file cannot be read, has another layout or is not the one that
    `sha256` names.
    """
    path = located(path)
    actual = sha256_of(path)
    if sha256 is not None and actual != sha256:
        raise UnusableInputError(f"{path.name} is not the file that is meant: its sha256 is {actual}")
    tensors = read_tensors(path)
    found = layout or layout_of(tensors, path.name)
    rule = LAYOUTS[found]
    if not has_sign(rule, tensors):
        raise UnusableInputError(f"{path.name} has not the layout of {rule.title}: {keys_of(tensors)}")
    try:
        renamed = rule.renamed(tensors)
        architecture = rule.architecture or resnet_named(renamed)
    except UnusableInputError as error:
        raise UnusableInputError(f"{path.name}: {error}") from error
    return Opened(found, architecture, renamed, rule.head(tensors), actual)


def has_sign(rule: Layout, tensors: Tensors) -> bool:
    """Return whether the keys of `tensors` are those of a layout."""
    return any(name.startswith(rule.signs) for name in tensors)


def layout_of(tensors: Tensors, name: str) -> CheckpointLayout:
    """Return the layout of a file. Raises UnusableInputError where it has none that is known."""
    found = next((layout for layout, rule in LAYOUTS.items() if has_sign(rule, tensors)), None)
    if found is None:
        titles = ", ".join(rule.title for rule in LAYOUTS.values())
        raise UnusableInputError(f"{name} has none of the layouts of {titles}: {keys_of(tensors)}")
    return found


def keys_of(tensors: Tensors) -> str:
    """Return the first keys of a file, for a person who wonders what it is."""
    return f"its keys begin with {', '.join(list(tensors)[:SHOWN])}" if tensors else "it has no such keys"


def fitted(opened: Opened, expected: Tensors, name: str) -> Tensors:
    """Return the weights for a network whose state is `expected`; counters of batches may be left out.

    Raises UnusableInputError, with the names, where there are more, fewer or others.
    """
    found = opened.tensors
    missing = [key for key in expected if key not in found and not key.endswith(COUNTER)]
    extra = [key for key in found if key not in expected]
    shapes = [key for key in found if key in expected and found[key].shape != expected[key].shape]
    for what, keys in (("lacks", missing), ("has beside them", extra), ("has in another shape", shapes)):
        if keys:
            more = f" and {len(keys) - SHOWN:,} more" if len(keys) > SHOWN else ""
            raise UnusableInputError(
                f"{name} does not hold the weights of {opened.architecture}: it {what} "
                f"{', '.join(keys[:SHOWN])}{more}"
            )
    return {key: found.get(key, torch.zeros((), dtype=torch.int64)) for key in expected}
