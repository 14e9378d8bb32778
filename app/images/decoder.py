"""The process that decodes images: `python -m app.images.decoder`, with a socket as its standard input.

Each message brings the bytes of some files; each file is answered at once with what is to be stored of it, or
with the reason why nothing is. Whoever can make a decoder crash or hang ends this process and nothing else.
"""

import os
import socket
import threading
from queue import SimpleQueue
from typing import Any

from app.images.decode import UnreadableImageError, decode
from app.images.frames import read_frame, write_frame
from app.images.renditions import display_copy, thumbnail

Frame = tuple[dict[str, Any], list[bytes]]


def renditions(content: bytes, max_pixels: int, thumbnail_pixels: int) -> Frame:
    """Return (facts, [thumbnail, copy for browsers where one is needed]), or ({"refused": reason}, [])."""
    try:
        decoded = decode(content, max_pixels)
    except UnreadableImageError as error:
        return {"refused": str(error)}, []
    width, height = decoded.pixels.size
    copies = [thumbnail(decoded.pixels, thumbnail_pixels)]
    if not decoded.as_sent:
        copies.append(display_copy(decoded.pixels))
    return {"format": decoded.format, "width": width, "height": height}, copies


def main() -> None:
    """Answer messages until the other end goes, which ends the process in the middle of anything."""
    connection = socket.socket(fileno=os.dup(0))
    stream = connection.makefile("rwb")
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
            write_frame(stream, *renditions(content, about["max_pixels"], about["thumbnail_pixels"]))


if __name__ == "__main__":
    main()
