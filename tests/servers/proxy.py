"""A network between a client and a server: TCP is passed on until the test has it go dark."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

PIECE = 65_536


class Proxy:
    """Listens on `host` and passes every connection on to what `connect` opens, until it is closed.

    `freeze` leaves the connections that there are open and silent, as a network does that drops packets; new
    ones work.
    """

    def __init__(self, connect: Callable[[], socket.socket], host: str = "127.0.0.1") -> None:
        self._connect = connect
        self._listener = socket.create_server((host, 0))
        self._links: list[_Link] = []
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def freeze(self) -> None:
        """Pass on nothing more through the connections that there are."""
        for link in self._links:
            link.frozen.set()

    def close(self) -> None:
        """Take no more connections and end those that there are."""
        self._listener.close()
        for link in self._links:
            link.close()

    def _accept(self) -> None:
        with suppress(OSError):  # the listener has been closed
            while True:
                near, _ = self._listener.accept()
                link = _Link(near, self._connect())
                self._links.append(link)
                link.start()


class _Link:
    """One connection, both ways."""

    def __init__(self, near: socket.socket, far: socket.socket) -> None:
        self._near, self._far = near, far
        self.frozen = threading.Event()

    def start(self) -> None:
        for source, target in ((self._near, self._far), (self._far, self._near)):
            threading.Thread(target=self._pass, args=(source, target), daemon=True).start()

    def close(self) -> None:
        for end in (self._near, self._far):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while piece := source.recv(PIECE):
                if not self.frozen.is_set():
                    target.sendall(piece)
        if not self.frozen.is_set():
            self.close()


def to_port(port: int) -> Callable[[], socket.socket]:
    """Return what opens a connection to a port of this machine."""
    return lambda: socket.create_connection(("127.0.0.1", port))


def to_file(path: str) -> Callable[[], socket.socket]:
    """Return what opens a connection to a socket that is a file."""

    def connect() -> socket.socket:
        opened = socket.socket(socket.AF_UNIX)
        opened.connect(path)
        return opened

    return connect
