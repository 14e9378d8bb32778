"""A method's whole state, kept beside an encoder's weights: unsupervised finetuning goes on from it."""

import json
from pathlib import Path

from safetensors import SafetensorError, safe_open

from ml.encoders.method_file import FORMAT, METADATA_KEY, NAME, write_method_file
from ml.errors import UnusableInputError
from ml.pretraining.methods.method import Method


def write_state(method: Method, name: str, steps: int, encoder: str, directory: Path) -> dict[str, object]:
    """Write the state of `method`, called `name`, after `steps` steps; returns its name, bytes and sha256.

    `encoder` is the sha256 of the weights that it goes with.
    """
    return write_method_file(method.kept(steps), name, encoder, directory / NAME)


def take_up(method: Method, name: str, state: str | None, encoder: str) -> str | None:
    """Have `method`, called `name`, go on from the file `state`; returns why it starts anew, None where not.

    `encoder` is the sha256 of the weights that the run goes on from. Raises UnusableInputError for a file
    that is damaged.
    """
    if state is None:
        return "nothing but the weights is kept of this encoder's training"
    try:
        with safe_open(state, framework="pt") as file:
            about = json.loads((file.metadata() or {})[METADATA_KEY])
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
        found = (about["format"], about["method"], about["encoder"])
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise UnusableInputError(f"{NAME} of the encoder to go on from cannot be read") from error
    if found[0] != FORMAT:
        return f"what is kept of this encoder's training is of format {found[0]}, which this version lacks"
    if found[2] != encoder:
        return "what is kept beside this encoder belongs to another one"
    if found[1] != name:
        return f"this encoder was trained by {found[1]}"
    return None if method.take_up(tensors) else "its heads are of another shape"
