"""Where the pretrained weights of a timm network come from: a folder, an earlier download, or the net.

Only safetensors are read from a folder. A net that is not there is found out by one short request, for the
libraries that download try again and again for most of a minute.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from huggingface_hub import constants, try_to_load_from_cache
from huggingface_hub.errors import HFValidationError
from safetensors import SafetensorError, safe_open

from ml.errors import UnusableInputError, first_line

SUFFIX = ".safetensors"
HUB_FILE = "model.safetensors"
WAIT_SECONDS = 5.0


def stored_weights(name: str, settings: Any, folder: Path | None) -> Path | None:
    """Return the file with the weights of the network `name` on this machine, None where there is none.

    In `folder` it is `NAME.safetensors` or `NAME/model.safetensors`; `settings` are timm's of this network,
    and say under which name it was downloaded before. Raises UnusableInputError for a file of another kind.
    """
    for path in places(name, folder) if folder else []:
        if path.is_file():
            require_safetensors(path)
            return path
    return downloaded(settings)


def places(name: str, folder: Path) -> list[Path]:
    """Return where the weights of the network `name` may lie in `folder`, the first that is there counts."""
    return [folder / f"{name}{SUFFIX}", folder / name / HUB_FILE]


def require_safetensors(path: Path) -> None:
    """Raise UnusableInputError where the file at `path` is not safetensors."""
    try:
        with safe_open(path, framework="pt"):
            return
    except (OSError, SafetensorError) as error:
        raise UnusableInputError(f"{path} is not a safetensors file") from error


def downloaded(settings: Any) -> Path | None:
    """Return where an earlier download of the weights that `settings` name lies, None without one."""
    if not settings.hf_hub_id:
        return None
    name, _, revision = settings.hf_hub_id.partition("@")
    try:
        found = try_to_load_from_cache(name, settings.hf_hub_filename or HUB_FILE, revision=revision or None)
    except HFValidationError:
        return None
    return Path(found) if isinstance(found, str) and found.endswith(SUFFIX) else None


def require_net(name: str, settings: Any) -> None:
    """Raise UnusableInputError, within seconds, where the weights of `name` cannot be fetched."""
    address = f"{constants.ENDPOINT}/{settings.hf_hub_id}" if settings.hf_hub_id else settings.url
    if not address:
        raise UnusableInputError(f"timm has no pretrained weights of {name}")
    host = urlsplit(address).netloc
    instead = f"put them into the weights folder as {name}{SUFFIX}"
    if constants.HF_HUB_OFFLINE:
        raise UnusableInputError(f"the weights of {name} cannot be downloaded offline: {instead}")
    try:
        httpx.head(address, timeout=WAIT_SECONDS)
    except httpx.HTTPError as error:
        reason = f"{host} does not answer ({first_line(error)})"
        raise UnusableInputError(
            f"the weights of {name} cannot be downloaded: {reason}; {instead}"
        ) from error
