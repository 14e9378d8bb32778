"""How long a job is in each of its phases."""

import time
from collections import defaultdict

FIRST = "starting"
LAST = "saving"


class PhaseClock:
    """Runs from when it is made. Phases are those that progress names; after "done" comes saving."""

    def __init__(self) -> None:
        self._phase, self._since = FIRST, time.monotonic()
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def enter(self, phase: str) -> None:
        """Begin a phase, or go on with it."""
        phase = LAST if phase == "done" else phase
        if phase == self._phase:
            return
        moment = time.monotonic()
        self._seconds[self._phase] += moment - self._since
        self._phase, self._since = phase, moment

    def stop(self) -> dict[str, float]:
        """Return the seconds of each phase until now."""
        self.enter("")
        return dict(self._seconds)
