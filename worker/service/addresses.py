"""Where the service listens, and the address that people are told."""

import os
import socket
from contextlib import suppress
from dataclasses import dataclass

from app.core.config import get_settings
from app.core.host_names import EVERY_HOST, is_host_name, is_loopback

DEFAULT_URL = "http://127.0.0.1:8400"
ELSEWHERE = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
"""Addresses for documentation: nothing is sent there, the system only says which way it would go."""


@dataclass(frozen=True)
class Listening:
    """The address that the service was told to listen on."""

    host: str
    port: int

    @property
    def anywhere(self) -> bool:
        """Return whether every address of this machine is listened on."""
        return self.host in {"0.0.0.0", "::"}  # noqa: S104  (compared, not bound)

    @property
    def probe_url(self) -> str:
        """Return where this machine reaches it itself; behind a socket of `::` there is no 127.0.0.1."""
        return self._url({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host))  # noqa: S104

    @property
    def url(self) -> str:
        """Return where people reach it: the public URL, or a name that is served, with the port."""
        settings = get_settings()
        if settings.public_url:
            return settings.public_url
        names = [name for name in settings.allowed_hosts if name != EVERY_HOST and not is_loopback(name)]
        if self.anywhere and EVERY_HOST in settings.allowed_hosts:
            names += own_addresses(self.host)
        reached = self._url(names[0]) if self.anywhere and names else self.probe_url
        return reached + settings.root_path

    def _url(self, host: str) -> str:
        bracketed = f"[{host}]" if ":" in host and not host.startswith("[") else host
        return f"http://{bracketed}:{self.port}"

    def allow(self) -> None:
        """Have the API answer under the name that it was told to listen on.

        Told to listen everywhere, and of no names, that is under this machine's own addresses: a page on
        another site cannot have these.
        """
        allowed = get_settings().allowed_hosts
        name = f"[{self.host}]" if ":" in self.host else self.host.lower()
        own = own_addresses(self.host) if not allowed else []
        added = own if self.anywhere else [name]
        if all(map(is_host_name, added)):
            os.environ["EIGENLABEL_ALLOWED_HOSTS"] = ",".join(dict.fromkeys([*allowed, *added]))
            get_settings.cache_clear()

    def remember(self) -> None:
        """Note the address, for commands that run beside the service; where that fails they guess."""
        note = get_settings().work_directory / "address"
        with suppress(OSError):
            note.parent.mkdir(parents=True, exist_ok=True)
            note.write_text(self.url)


def own_addresses(host: str) -> list[str]:
    """Return the address from which this machine talks to others, of the kind of `host`; IPv6 in brackets."""
    family, somewhere = ELSEWHERE[":" in host]
    with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as asked:
        asked.connect((somewhere, 9))
        address: str = asked.getsockname()[0]
        return [] if is_loopback(address) else [f"[{address}]" if ":" in address else address]
    return []


def told_url() -> str:
    """Return where people reach the service that runs on this data directory, or would by default."""
    settings = get_settings()
    if settings.public_url:
        return settings.public_url
    try:
        return (settings.work_directory / "address").read_text().strip()
    except OSError:
        return DEFAULT_URL + settings.root_path
