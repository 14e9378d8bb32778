"""Ports of this machine."""

import itertools
import os
import socket
from contextlib import suppress

SHARE = 3_000
"""Ports that belong to one test process, below those that the system gives to connections of its own."""
_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_FIRST = 20_000 + SHARE * (_WORKER % 4)
# from a place of its own on, so that test runs of several clones side by side seldom want the same ports
_next = (_FIRST + (os.getpid() * 97 + number) % SHARE for number in itertools.cycle(range(SHARE)))


def free_port() -> int:
    """Return a port that nobody listens on; of four test processes side by side, one gets it, and once."""
    while not _is_free(port := next(_next)):
        pass
    return port


def four_free_ports() -> int:
    """Return the first of four such ports in a row."""
    while (ports := [free_port() for _ in range(4)])[-1] != ports[0] + 3:
        pass
    return ports[0]


def _is_free(port: int) -> bool:
    with suppress(OSError), socket.create_server(("127.0.0.1", port)):
        return True
    return False


def answers(port: int) -> bool:
    """Return whether somebody listens on the port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
