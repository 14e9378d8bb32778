"""An unmodified Label Studio, where one is installed: on PATH, or where `EIGENLABEL_LABEL_STUDIO` says.

It is no package of ours: `python -m venv /tmp/ls && /tmp/ls/bin/pip install label-studio` makes one.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.servers.ports import free_port

PROGRAM = os.environ.get("EIGENLABEL_LABEL_STUDIO") or shutil.which("label-studio")
EMAIL, PASSWORD, TOKEN = "olga@example.org", "a long pass phrase", "0123456789abcdef" * 2 + "01234567"
START_SECONDS = 600
"""It makes its database with some hundred migrations first."""


@dataclass(frozen=True)
class LabelStudio:
    """One that answers at `url`; `api` is signed in there."""

    url: str
    api: httpx.Client

    def call(self, method: str, path: str, **arguments: Any) -> Any:
        """Return what it answers, in JSON."""
        answer = self.api.request(method, path, **arguments)
        assert answer.is_success, answer.text
        return answer.json()


@contextmanager
def running(folder: Path) -> Iterator[LabelStudio]:
    """Yield a Label Studio with a data directory of its own."""
    assert PROGRAM is not None
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [PROGRAM, "start", "--no-browser", "--data-dir", str(folder), "--port", str(port)]
    user = ["--username", EMAIL, "--password", PASSWORD, "--user-token", TOKEN, "--enable-legacy-api-token"]
    environment = os.environ | {"COLLECT_ANALYTICS": "false", "LATEST_VERSION_CHECK": "false"}
    with (folder / "log.txt").open("wb") as log:
        process = subprocess.Popen([*command, *user], env=environment, stdout=log, stderr=log)
    with httpx.Client(base_url=url, headers={"Authorization": f"Token {TOKEN}"}, timeout=120) as api:
        try:
            _wait_for(api, process, folder / "log.txt")
            yield LabelStudio(url, api)
        finally:
            process.terminate()
            process.wait(60)


def _wait_for(api: httpx.Client, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with suppress(httpx.TransportError):
            if api.get("/health").is_success:
                return
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(1)
