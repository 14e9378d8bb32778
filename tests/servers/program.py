"""Programs that are not ours, under our supervisor: `python -m tests.servers.program PARENT LOG COMMAND...`.

Like our own processes they end with their parent, also where it is killed. What they say goes to a file.
"""

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

from worker.processes import die_with_parent
from worker.service.supervisor import Service


@dataclass
class Program(Service):
    """A program that should be running; `arguments` are its command."""

    log: Path = field(default=Path(os.devnull))

    @property
    def command(self) -> list[str]:
        """Return what is run."""
        own = [sys.executable, "-m", "tests.servers.program", str(os.getpid()), str(self.log)]
        return [*own, *self.arguments]


if __name__ == "__main__":
    parent, log, program, *arguments = sys.argv[1:]
    die_with_parent(int(parent))
    with Path(log).open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    os.execvp(program, [program, *arguments])
