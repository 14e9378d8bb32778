"""The decoder process with a fault that files can ask for: it crashes, hangs, or dies of a chance kill."""

import os
import signal
import sys
import time
from pathlib import Path

from app.images import decode, decoder
from ml.images.files.reading import Enough, Picture


def fragile(content: bytes, max_pixels: int, enough: Enough | None = None) -> Picture:
    """Decode as ever, but for files that say otherwise."""
    if content.startswith(b"crash"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if content.startswith(b"hang"):
        time.sleep(600)
    first_time = Path(sys.argv[1])
    if content.endswith(b"once") and not first_time.exists():
        first_time.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return decode.decode(content, max_pixels, enough)


if __name__ == "__main__":
    decoder.decode = fragile
    decoder.main()
