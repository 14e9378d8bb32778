"""The embedded broker: kombu's filesystem transport with messages that appear, and are taken, whole.

Kombu's own channel writes a message in place while its reader ignores the writer's lock, so that a reader can
take an empty file and bring the worker down; it also reads through the shared temporary directory.
"""

import json
import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem


class Channel(filesystem.Channel):
    """Messages are files; a rename publishes one, and a rename takes it, so that one reader wins."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # the bases disagree
        folder = Path(self.data_folder_out)
        name = f"{time.time_ns():020}_{uuid.uuid4().hex}.{queue}.msg"
        partial = folder / f".{name}"
        partial.write_text(json.dumps(payload))
        partial.rename(folder / name)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        folder = Path(self.data_folder_in)
        for name in sorted(os.listdir(folder)):  # noqa: PTH208  (runs at every poll: names alone are cheaper)
            if name.partition(".")[2] == f"{queue}.msg" and (message := _take(folder / name)):
                return message
        raise Empty


def unfinished_messages(folder: Path) -> list[Path]:
    """Return the files of messages that were being sent or taken; their processes may have been killed."""
    return [*folder.glob(".*.msg"), *folder.glob("*.taken")]


def _take(path: Path) -> dict[str, Any] | None:
    taken = path.with_suffix(".taken")
    try:
        path.rename(taken)
    except FileNotFoundError:
        return None  # another reader was faster
    content = taken.read_bytes()
    taken.unlink()
    try:
        message = json.loads(content)
    except ValueError:
        return None
    return message if isinstance(message, dict) else None


class Transport(filesystem.Transport):
    """What `filesystem://` means in this service."""

    Channel = Channel
