"""Why a data set of torchvision's could not be downloaded, said to a person."""

import re
import traceback
from urllib.parse import urlsplit

LONGEST = 200
NO_CONNECTION = re.compile(r"<urlopen error (.+?)>")
REFUSED = re.compile(r"HTTP Error (\d+)")
CODE = re.compile(r"^\[[^\]]*\] ")


def download_failure(dataset: str, error: Exception) -> str:
    """Return in one line why `dataset` could not be downloaded: which server did not answer, or what it said.

    The text tells the kind of failure, not the class: of several mirrors torchvision raises one RuntimeError
    that quotes what each led to.
    """
    text = str(error)
    if found := NO_CONNECTION.search(text):
        reason = f"no connection to {_server(error)} ({CODE.sub('', found[1])})"
    elif found := REFUSED.search(text):
        reason = f"{_server(error)} answered with error {found[1]}"
    else:
        first_line = next(iter(text.strip().splitlines()), type(error).__name__)
        reason = CODE.sub("", first_line)
    return f"could not download {dataset}: {reason[:LONGEST]}"


def _server(error: Exception) -> str:
    """Return the host that was asked last; urllib's errors do not tell it, but torchvision's frames do."""
    server = "its server"
    for frame, _line in traceback.walk_tb(error.__traceback__):
        url = frame.f_locals.get("url")
        if isinstance(url, str):
            server = urlsplit(url).hostname or server
    return server
