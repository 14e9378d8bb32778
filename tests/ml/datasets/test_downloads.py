"""Failures of downloads: one line that names the server, whatever raised it."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from ml.datasets.downloads import LONGEST, download_failure


class Missing(BaseHTTPRequestHandler):
    """Answers that nothing is there."""

    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@pytest.fixture
def server() -> Iterator[str]:
    """Return the address of a server that has no files."""
    with HTTPServer(("127.0.0.1", 0), Missing) as missing:
        threading.Thread(target=missing.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{missing.server_port}/images.tar"
        missing.shutdown()


def test_a_server_that_refuses_is_named_with_its_answer(
    tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("urllib.request._opener", None)  # it keeps the proxies of the first request
    from ml.encoders import torchvision_operators  # noqa: PLC0415

    torchvision_operators.declare_missing()
    from torchvision.datasets.utils import download_url  # noqa: PLC0415  (slow to import)

    with pytest.raises(OSError, match="404") as raised:
        download_url(server, tmp_path)
    told = download_failure("DTD", raised.value)
    assert told == "could not download DTD: 127.0.0.1 answered with error 404"


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (RuntimeError("File not found or corrupted.\nTry again"), "File not found or corrupted."),
        (ConnectionResetError(104, "Connection reset by peer"), "Connection reset by peer"),
        (TimeoutError(), "TimeoutError"),
        (RuntimeError("x" * 900), "x" * LONGEST),
        (
            RuntimeError("Tried http://a/, got:\n<urlopen error [Errno -2] Name or service not known>\n"),
            "no connection to its server (Name or service not known)",
        ),
    ],
)
def test_any_failure_is_one_line_without_codes(error: Exception, told: str) -> None:
    assert download_failure("DTD", error) == f"could not download DTD: {told}"
