"""Killing parts of a running service at random, by a plan that a seed decides."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from tests.service.service import Find

POLL_SECONDS = 0.05
COMEBACK_SECONDS = 90.0
BUSY_SECONDS = 20.0
PAUSES = (0.01, 0.12)
"""Shares of the time that an undisturbed round takes: on a busy machine everything comes back later too."""
WORKING = {"gpu worker", "child"}
"""Half of the blows against these wait until a job is running: between jobs there is little to lose."""


@dataclass(frozen=True)
class Blow:
    """Whom to kill, how long to wait before (in rounds), and whether to wait for a running job first."""

    target: str
    pause: float
    busy: bool


@dataclass(frozen=True)
class Plan:
    """Blows, and the seed that they follow from."""

    blows: list[Blow]
    seed: int


def plan(targets: Sequence[str], kills: int, seed: int) -> Plan:
    """Return so many blows, each target as often as another; `seed` decides order and pauses."""
    chance = random.Random(seed)
    order = [targets[number % len(targets)] for number in range(kills)]
    chance.shuffle(order)
    blows = [
        Blow(target, chance.uniform(*PAUSES), target in WORKING and chance.random() < 0.5) for target in order
    ]
    return Plan(blows, seed)


class Killer(threading.Thread):
    """Carries out the plan; `killed` counts by target. One that is not there is waited for.

    `busy` says whether a job is running, `seconds` how long an undisturbed round takes.
    """

    def __init__(
        self, targets: dict[str, Find], plan: Plan, busy: Callable[[], bool], seconds: float
    ) -> None:
        super().__init__(daemon=True)
        self._targets, self._blows, self._chance = targets, plan.blows, random.Random(plan.seed)
        self._busy, self._seconds = busy, seconds
        self._over = threading.Event()
        self.killed: Counter[str] = Counter()
        self.missed: list[str] = []

    def run(self) -> None:
        """Kill, one after another."""
        for blow in self._blows:
            if blow.busy:
                self._wait(self._busy, BUSY_SECONDS)
            if self._over.wait(blow.pause * self._seconds):
                return
            if self._kill(blow.target):
                self.killed[blow.target] += 1
            else:
                self.missed.append(blow.target)

    def stop(self) -> None:
        """Kill nobody from now on."""
        self._over.set()
        self.join()

    def _kill(self, target: str) -> bool:
        """Kill one process of the kind; returns False where none came back in time."""

        def strike() -> bool:
            with suppress(ProcessLookupError):
                found = sorted(self._targets[target]())
                if found:
                    os.kill(self._chance.choice(found), signal.SIGKILL)
                return bool(found)
            return False

        return self._wait(strike, COMEBACK_SECONDS)

    def _wait(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Return whether the condition came true within so many seconds."""
        deadline = time.monotonic() + seconds
        while not (reached := condition()) and time.monotonic() < deadline:
            if self._over.wait(POLL_SECONDS):
                break
        return reached
