"""A real nginx or Caddy on a free port of this machine, with what docs/behind-a-proxy.md says."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.servers.ports import answers, free_port

ROOT = Path(__file__).parents[2]
UNPACKED = ROOT / ".tools" / "proxies" / "usr"
PAGE = ROOT / "docs" / "behind-a-proxy.md"
NGINX = """daemon off;
{user}
pid {folder}/pid;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{server}
}}
"""
CADDY = "{{\n\tadmin off\n\tauto_https off\n}}\n{server}\n"
HOST = "labels.example"


@dataclass(frozen=True)
class WebProxy:
    """A program, and whether it takes the root path off before it hands a request on."""

    program: str
    strips: bool = False

    def __str__(self) -> str:
        return f"{self.program}-{'strips' if self.strips else 'keeps'}"

    @contextmanager
    def running(
        self, service: int, folder: Path, certificate: tuple[Path, Path] | None = None
    ) -> Iterator[int]:
        """Pass requests for /labels on to the port `service`; yield its own, with TLS for a certificate."""
        path, port = find(self.program), free_port()
        server = documented(self.program).replace("127.0.0.1:8400", f"127.0.0.1:{service}")
        if self.program == "nginx":
            listen = f"listen 127.0.0.1:{port}"
            if certificate:
                listen += f" ssl; ssl_certificate {certificate[0]}; ssl_certificate_key {certificate[1]}"
            server = server.replace("listen 80", listen)
            if self.strips:
                server = server.replace(f":{service};", f":{service}/;")
            user = "user root;" if os.geteuid() == 0 else ""
            text = NGINX.format(user=user, folder=folder, server=server)
            command = [path, "-e", "stderr", "-p", str(folder), "-c"]
        else:
            server = server.replace(f"http://{HOST}", f"http://{HOST}:{port}, http://127.0.0.1:{port}")
            if self.strips:
                server = server.replace("handle /labels*", "handle_path /labels*")
            text = CADDY.format(server=server)
            command = [path, "run", "--adapter", "caddyfile", "--config"]
        (folder / "configuration").write_text(text)
        with _process([*command, str(folder / "configuration")], folder, port):
            yield port


def documented(program: str) -> str:
    """Return the configuration that the documentation has for `program`."""
    language = {"nginx": "nginx", "caddy": "caddyfile"}[program]
    found = re.search(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found, program
    return found[1]


def find(program: str) -> str:
    """Return where the program is; the test is skipped where it is nowhere, and fails in CI."""
    places = os.pathsep.join([os.environ["PATH"], str(UNPACKED / "sbin"), str(UNPACKED / "bin")])
    path = shutil.which(program, path=places)
    if path is None:
        tell = pytest.fail if os.environ.get("CI") else pytest.skip
        tell(f"{program} is not here; scripts/install_proxies.sh fetches it")
    return path


@contextmanager
def _process(command: list[str], folder: Path, port: int) -> Iterator[None]:
    environment = os.environ | {
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder),
        "XDG_CONFIG_HOME": str(folder),
    }
    log = folder / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file)
    try:
        deadline = time.monotonic() + 30
        while not answers(port):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(20)
