"""A machine of its own for a process: a network namespace that reaches this one over one address only."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

NETWORK = "10.231.77"


@dataclass(frozen=True)
class Machine:
    """A network namespace called `name`; from inside, this machine is `host`."""

    name: str
    host: str = f"{NETWORK}.1"

    def start(
        self, command: list[str], hidden: Path, environment: dict[str, str], log: Path
    ) -> "subprocess.Popen[bytes]":
        """Start a command there that finds the folder `hidden` of this machine empty."""
        script = f'mount -t tmpfs none {hidden} && exec "$@"'
        inside = ["ip", "netns", "exec", self.name, "sh", "-c", script, "sh", *command]
        with log.open("ab") as file:
            return subprocess.Popen(inside, env=environment, stdout=file, stderr=file)


@contextmanager
def second_machine() -> Iterator[Machine]:
    """Yield a namespace that is gone after the block; skips where this user may not make one."""
    machine = Machine(f"eigenlabel-{os.getpid()}")
    ours, theirs = f"el{os.getpid()}a", f"el{os.getpid()}b"
    inside = ["ip", "netns", "exec", machine.name]
    commands = [
        ["ip", "netns", "add", machine.name],
        ["ip", "link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", machine.name],
        ["ip", "address", "add", f"{machine.host}/24", "dev", ours],
        ["ip", "link", "set", ours, "up"],
        [*inside, "ip", "address", "add", f"{NETWORK}.2/24", "dev", theirs],
        [*inside, "ip", "link", "set", theirs, "up"],
        [*inside, "ip", "link", "set", "lo", "up"],
    ]
    try:
        for command in commands:
            try:
                subprocess.run(command, check=True, capture_output=True, text=True)
            except (OSError, subprocess.CalledProcessError) as error:
                reason = getattr(error, "stderr", "") or error
                pytest.skip(f"no second machine: {' '.join(command)}: {reason}")
        yield machine
    finally:
        subprocess.run(["ip", "link", "delete", ours], check=False, capture_output=True)
        subprocess.run(["ip", "netns", "delete", machine.name], check=False, capture_output=True)
