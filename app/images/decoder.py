"""The process that decodes images: `python -m app.images.decoder`, with a socket as its standard input.

Each message brings the bytes of some files; each file is answered at once with what is to be stored of it, or
with the reason why nothing is. Whoever can make a decoder crash or hang ends this process and nothing else,
and no file has it take more memory than `MOST_BYTES`.
"""

import os
import resource
import socket
import threading
from queue import SimpleQueue
from typing import Any

from app.images.decode import UnreadableImageError, decode, shown_as_sent
from app.images.frames import read_frame, write_frame
from app.images.renditions import display_rendition, thumbnail, whole_copy
from ml.images.files.reading import Enough

Frame = tuple[dict[str, Any], list[bytes]]
NICENESS = 10
"""Requests come first."""
MOST_BYTES = 1024**3
"""What the process may hold: the largest file that is taken in, and twice 64 million pixels of 4 bytes."""


def answer(content: bytes, about: dict[str, Any]) -> Frame:
    """Return (facts, copies) of an image, or ({"refused": reason}, []).

    With `display_pixels`, the copy is the display rendition; else they are the thumbnail and, where browsers
    do not show the file, the copy of the whole.
    """
    size = about.get("display_pixels")
    try:
        if size is not None:
            decoded = decode(content, about["max_pixels"], Enough(longest_side=size))
            return {}, [display_rendition(decoded.pixels, size)]
        size = about["thumbnail_pixels"]
        decoded = decode(content, about["max_pixels"], Enough(longest_side=2 * size))
        if decoded.format == "JPEG" and not shown_as_sent(decoded):
            decoded = decode(content, about["max_pixels"])
        copies = [thumbnail(decoded.pixels, size)]
        if not shown_as_sent(decoded):
            copies.append(whole_copy(decoded.pixels))
    except UnreadableImageError as error:
        return {"refused": str(error)}, []
    except MemoryError:
        return {"refused": "The image takes more memory to decode than is allowed."}, []
    return {"format": decoded.format, "width": decoded.width, "height": decoded.height}, copies


def main() -> None:
    """Answer messages until the other end goes, which ends the process in the middle of anything."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_DATA, (MOST_BYTES, resource.getrlimit(resource.RLIMIT_DATA)[1]))
    connection = socket.socket(fileno=os.dup(0))
    stream = connection.makefile("rwb")
    write_frame(stream, {"ready": True}, [])
    frames: SimpleQueue[Frame] = SimpleQueue()

    def follow() -> None:
        try:
            while True:
                frames.put(read_frame(stream))
        except (EOFError, OSError):
            os._exit(0)

    threading.Thread(target=follow, name="reader", daemon=True).start()
    while True:
        about, files = frames.get()
        for content in files:
            write_frame(stream, *answer(content, about))


if __name__ == "__main__":
    main()
