"""The checkpoints of others in the weights folder: their names; a worker reads what is in them."""

import os
from pathlib import Path

from app.core.config import get_settings
from app.encoders.schemas import CheckpointOut

SUFFIXES = (".pth", ".pth.tar", ".pt", ".npz", ".safetensors", ".ckpt", ".index")
DEPTH = 2
MOST = 1000


def listed_checkpoints() -> list[CheckpointOut]:
    """Return the files of weights in the weights folder and the folders in it, by name; none without one.

    Of TensorFlow's checkpoints it is the index.
    """
    folder = get_settings().weights_directory
    if folder is None:
        return []
    found = sorted(path for path in _files(folder, DEPTH) if path.name.endswith(SUFFIXES))
    return [
        CheckpointOut(file=path.relative_to(folder).as_posix(), bytes=path.stat().st_size)
        for path in found[:MOST]
    ]


def _files(folder: Path, depth: int) -> list[Path]:
    """Return the files below `folder`, in folders of at most `depth` levels; what cannot be read has none."""
    try:
        entries = [entry for entry in os.scandir(folder) if not entry.name.startswith(".")]
    except OSError:
        return []
    files = [Path(entry.path) for entry in entries if entry.is_file()]
    inner = [Path(entry.path) for entry in entries if depth > 1 and entry.is_dir(follow_symlinks=False)]
    return files + [path for each in inner for path in _files(each, depth - 1)]
