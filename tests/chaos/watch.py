"""Watching the database while things break: what may never be seen, not even for a moment."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import Engine, func, select
from sqlalchemy.exc import OperationalError

from app.core.database import read_connection
from app.core.models import Job, Query, Round

ENDED = {"done", "failed", "cancelled"}
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Seen:
    """A job as it was at one moment."""

    state: str
    epoch: int
    attempts: int


@dataclass
class Watch:
    """Looks again and again; `faults` says what broke a promise (I3, I4, I6)."""

    engine: Engine
    jobs: dict[str, Seen] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    looks: int = 0
    _over: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Watch":
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.look()

    def _run(self) -> None:
        while not self._over.wait(POLL_SECONDS):
            try:
                self.look()
            except OperationalError:
                continue  # a database that is busy is looked at again

    def look(self) -> None:
        """Compare what is there with what was there before."""
        for job_id, seen in self._read_jobs():
            self._judge(job_id, self.jobs.get(job_id), seen)
            self.jobs[job_id] = seen
        self.faults += self._over_budget()
        self.looks += 1

    def _read_jobs(self) -> Iterator[tuple[str, Seen]]:
        with read_connection(self.engine) as connection:
            rows = connection.execute(select(Job.id, Job.state, Job.epoch, Job.attempts)).all()
        return ((row.id, Seen(row.state, row.epoch, row.attempts)) for row in rows)

    def _judge(self, job_id: str, before: Seen | None, seen: Seen) -> None:
        if before is None or before == seen:
            return
        if before.state in ENDED:
            self.faults.append(f"job {job_id} had ended: {before} became {seen}")
        if seen.epoch < before.epoch:
            self.faults.append(f"the epoch of job {job_id} fell: {before} became {seen}")
        if seen.state == "running" and before.state == "queued" and seen.epoch == before.epoch:
            self.faults.append(f"job {job_id} runs in an old epoch: {seen}")

    def _over_budget(self) -> list[str]:
        """Return the rounds that have asked for more labels than they may."""
        wanted = func.count().filter(Query.state.in_(("open", "labelled")))
        statement = select(Round.id, Round.budget, wanted).join(Query).group_by(Round.id, Round.budget)
        with read_connection(self.engine) as connection:
            rows = connection.execute(statement).all()
        return [f"round {row[0]} asks for {row[2]} of {row[1]} labels" for row in rows if row[2] > row[1]]
