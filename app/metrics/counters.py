"""Figures of the workers. They are added up in the database, where every api process finds them (ADR 13)."""

import json
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from app.core.models import Counter

LEASE_EXPIRIES = "lease_expiries"
LOST_CLAIMS = "lost_claims"
JOB_RUNS = "job_runs"
PHASE_BUCKETS = "phase_buckets"
PHASE_SECONDS = "phase_seconds"
OUTCOMES = ("done", "failed", "cancelled", "handed back", "paused", "crashed", "raised", "abandoned")
LONGEST_SECONDS = (0.1, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0, 3600.0, 14400.0)
"""The upper bounds of the buckets that the seconds of phases are counted in; longer ones have their own."""


@dataclass(frozen=True, order=True)
class Key:
    """A counter: its name, and a value for each of its labels, as JSON."""

    name: str
    labels: str


def key(name: str, **labels: str) -> Key:
    """Return the counter of this name with these labels."""
    return Key(name, json.dumps(labels, sort_keys=True))


def phase_changes(kind: str, seconds: Mapping[str, float]) -> dict[Key, float]:
    """Return what a job of `kind` that was `seconds` in each of its phases adds to which counters."""
    changes: dict[Key, float] = {}
    for phase, took in seconds.items():
        bucket = str(bisect_left(LONGEST_SECONDS, took))
        changes[key(PHASE_BUCKETS, kind=kind, phase=phase, bucket=bucket)] = 1
        changes[key(PHASE_SECONDS, kind=kind, phase=phase)] = took
    return changes


def add(connection: Connection, changes: Mapping[Key, float]) -> None:
    """Add to counters, those that are new starting at zero; always in one order, so that no two deadlock."""
    if not changes:
        return
    insert: Any = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(Counter)
    statement = statement.on_conflict_do_update(
        index_elements=[Counter.name, Counter.labels],
        set_={"value": Counter.value + statement.excluded.value},
    )
    rows = [{"name": each.name, "labels": each.labels, "value": changes[each]} for each in sorted(changes)]
    connection.execute(statement, rows)
