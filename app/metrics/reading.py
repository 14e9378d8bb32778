"""What the database says of jobs and counters at one moment, by two statements."""

import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, and_, case, func, select

from app.core.database import now, read_connection
from app.core.models import Counter, Job
from app.core.states import JOB_LIVE
from app.metrics.counters import PHASE_BUCKETS, PHASE_SECONDS, Key, key

Phase = tuple[str, str]


@dataclass
class Reading:
    """Jobs that wait by queue and the longest wait (seconds), jobs that run by kind, and all counters.

    `buckets` and `seconds` are those of (kind, phase); a bucket's number is its place in `LONGEST_SECONDS`.
    """

    waiting: dict[str, int] = field(default_factory=dict)
    longest_wait: dict[str, float] = field(default_factory=dict)
    running: dict[str, int] = field(default_factory=dict)
    counters: dict[Key, float] = field(default_factory=dict)
    buckets: dict[Phase, dict[int, float]] = field(default_factory=lambda: defaultdict(dict))
    seconds: dict[Phase, float] = field(default_factory=dict)

    def counter(self, name: str, **labels: str) -> float:
        """Return a counter's value; 0 where nothing has been added to it yet."""
        return self.counters.get(key(name, **labels), 0.0)


def read() -> Reading:
    """Return how things are now."""
    reading, moment = Reading(), now()
    with read_connection() as connection:
        _read_jobs(connection, reading, moment)
        _read_counters(connection, reading)
    return reading


def _read_jobs(connection: Connection, reading: Reading, moment: datetime) -> None:
    held = and_(Job.state == "running", Job.lease_until >= moment)
    since = case((Job.state == "running", Job.lease_until), else_=Job.queued_at)
    statement = (
        select(
            held.label("held"),
            Job.queue,
            Job.kind,
            func.count().label("jobs"),
            func.min(since).label("since"),
        )
        .where(Job.state.in_(JOB_LIVE))
        .group_by("held", Job.queue, Job.kind)
    )
    for row in connection.execute(statement):
        if row.held:
            reading.running[row.kind] = row.jobs
            continue
        reading.waiting[row.queue] = reading.waiting.get(row.queue, 0) + row.jobs
        waited = (moment - row.since).total_seconds() if row.since else 0.0
        reading.longest_wait[row.queue] = max(waited, reading.longest_wait.get(row.queue, 0.0))


def _read_counters(connection: Connection, reading: Reading) -> None:
    for name, labels, value in connection.execute(select(Counter.name, Counter.labels, Counter.value)):
        reading.counters[Key(name, labels)] = value
        if name not in {PHASE_BUCKETS, PHASE_SECONDS}:
            continue
        named = json.loads(labels)
        phase = named["kind"], named["phase"]
        if name == PHASE_BUCKETS:
            reading.buckets[phase][int(named["bucket"])] = value
        else:
            reading.seconds[phase] = value
