"""How fast a long job goes, in words."""

import time


class Pace:
    """Counts from `done` of `total` files, now."""

    def __init__(self, done: int, total: int) -> None:
        self._first = done
        self._total = total
        self._began = time.monotonic()

    def message(self, done: int) -> str:
        """Return how many files are done, how many a second, and how long the others will take."""
        parts = [f"{done:,} of {self._total:,} files"]
        rate = (done - self._first) / max(time.monotonic() - self._began, 1e-6)
        if rate:
            parts += [f"{rate:,.0f} a second", f"{_duration((self._total - done) / rate)} left"]
        return ", ".join(parts)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
