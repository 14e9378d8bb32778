"""The liveness probe of a worker: do the notifications that it sends to its own queue reach it?

A consumer can be stuck in a broken connection for ever while everything else in its process works. At each
pass the reaper notifies the queue of jobs that wait while a slot is free. Where no message has come since the
last pass, the worker has stopped consuming. That nothing was sent, or that the broker did not take it, says
nothing about the worker.
"""

from dataclasses import dataclass


@dataclass
class LivenessProbe:
    """The notifications sent since the last message was received; any thread may say so."""

    pending: int = 0

    def sent(self, notifications: int) -> None:
        """Say that the broker took so many notifications for this worker's queue, while a slot was free."""
        self.pending = notifications

    def received(self) -> None:
        """Say that a message has come."""
        self.pending = 0

    @property
    def unanswered(self) -> bool:
        """Return whether the last notifications were sent and none was received."""
        return self.pending > 0


probe = LivenessProbe()
"""The probe of this process."""
