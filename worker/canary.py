"""A canary for a worker that is alive but takes nothing: do the bells that it rings for its queue reach it?

A consumer can be stuck in a broken connection for ever while everything else in its process works. Jobs that
wait while a slot is free are rung for at each sweep; where no message has come since the last sweep rang,
the worker is deaf. That nothing was rung, or that the broker did not take it, says nothing about the worker.
"""

from dataclasses import dataclass


@dataclass
class Canary:
    """What a worker has rung for since it last heard a message; any thread may say so."""

    unheard: int = 0

    def rang(self, bells: int) -> None:
        """Say that the broker took so many bells for this worker's queue, while a slot was free."""
        self.unheard = bells

    def heard(self) -> None:
        """Say that a message has come."""
        self.unheard = 0

    @property
    def deaf(self) -> bool:
        """Return whether the last bells have not been heard."""
        return self.unheard > 0


canary = Canary()
"""That of this process."""
