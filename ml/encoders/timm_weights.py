"""Where the pretrained weights of a timm network come from: a folder, an earlier download, or the net.

Only safetensors are read from a folder. In the caches of huggingface_hub and torch, safetensors come first;
pickles are read there as timm reads them, since 1.0.26: for tensors only. A net that is not there is found
out by one short request, for the libraries that download try again and again for most of a minute.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from huggingface_hub import constants, try_to_load_from_cache
from huggingface_hub.errors import HFValidationError
from safetensors import SafetensorError, safe_open
from torch import hub

from ml.errors import UnusableInputError, first_line

SUFFIX = ".safetensors"
SAFE_FILES = ("model.safetensors", "open_clip_model.safetensors")
"""What files of weights are called on the hub, in the order in which they are looked for."""
PICKLES = ("pytorch_model.bin", "open_clip_pytorch_model.bin")
WAIT_SECONDS = 5.0


def stored_weights(name: str, settings: Any, folder: Path | None) -> Path | None:
    """Return the file with the weights of the network `name` on this machine, None where there is none.

    In `folder` it is one of `places`; `settings` are timm's of this network, and say under which name it was
    downloaded before. Raises UnusableInputError where the folder has it in another format only.
    """
    if folder is not None:
        for path in places(name, folder):
            if path.is_file():
                require_safetensors(path)
                return path
        refuse_pickles(name, folder)
    return downloaded_from_hub(settings) or downloaded_by_torch(settings)


def places(name: str, folder: Path) -> list[Path]:
    """Return where the weights of the network `name` may lie in `folder`, the first that is there counts."""
    return [folder / f"{name}{SUFFIX}", *(folder / name / file for file in SAFE_FILES)]


def refuse_pickles(name: str, folder: Path) -> None:
    """Raise UnusableInputError where `folder` has the weights as a pickle, which may run what it likes."""
    pickles = [
        *(folder / name / file for file in PICKLES),
        *(folder / f"{name}{end}" for end in (".bin", ".pth")),
    ]
    for path in pickles:
        if path.is_file():
            raise UnusableInputError(f"{path} is not read: the weights have to be safetensors")


def require_safetensors(path: Path) -> None:
    """Raise UnusableInputError where the file at `path` is not safetensors."""
    try:
        with safe_open(path, framework="pt"):
            return
    except (OSError, SafetensorError) as error:
        raise UnusableInputError(f"{path} is not a safetensors file") from error


def downloaded_from_hub(settings: Any) -> Path | None:
    """Return where an earlier download from the hub lies of the weights that `settings` name, if anywhere."""
    if not settings.hf_hub_id:
        return None
    name, _, revision = settings.hf_hub_id.partition("@")
    for file in hub_files(settings.hf_hub_filename):
        try:
            found = try_to_load_from_cache(name, file, revision=revision or None)
        except HFValidationError:
            return None
        if isinstance(found, str):
            return Path(found)
    return None


def hub_files(own: str | None) -> list[str]:
    """Return under which names the hub may have weights, best first; `own` is the one that timm states."""
    if own is None:
        return [*SAFE_FILES, *PICKLES]
    safe = dict(zip(PICKLES, SAFE_FILES, strict=True)).get(own, f"{own.removesuffix('.bin')}{SUFFIX}")
    return [own] if own.endswith(SUFFIX) else [safe, own]


def downloaded_by_torch(settings: Any) -> Path | None:
    """Return where torch's cache has the file at the address that `settings` name, if anywhere."""
    name = Path(urlsplit(settings.url or "").path).name
    path = Path(hub.get_dir()) / "checkpoints" / name
    return path if name and path.is_file() else None


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
