"""A trial: a scene in peace, then again and again while processes are killed, until the plan is done."""

import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import ColumnElement, Engine, func, select

from app.core.database import read_connection
from app.core.models import Job, Step
from tests.chaos.killer import Killer, Plan, plan
from tests.chaos.people import Persistent, hire, persistent_client
from tests.chaos.scene import Outcome, Scene, outcome, play, standing_labels
from tests.chaos.watch import ENDED, Watch
from tests.service.oracle import Oracle
from tests.service.service import Find, Service, wait_until

PEOPLE = 10
SETTLE_SECONDS = 120.0
JOB_SECONDS = 900.0
AGED_SECONDS = 2 * 3600.0
PATIENT = {"EIGENLABEL_JOB_MAX_ATTEMPTS": "100"}
"""A job whose worker dies three times is poison to the service; here the killer is to blame."""
UNFINISHED = re.compile(r"\.partial$|\.tmp$|\.taken$|/\.unfinished/|/\.check-|/messages/\.|/work/jobs/")


@dataclass
class Report:
    """The counts of a trial."""

    killed: Counter[str] = field(default_factory=Counter)
    rounds: int = 0
    labels: int = 0
    retries: int = 0
    refused: int = 0
    jobs: Counter[str] = field(default_factory=Counter)
    claims: int = 0
    lease_expiries: int = 0
    looks: int = 0
    seconds: float = 0.0
    undisturbed_seconds: float = 0.0

    def lines(self) -> list[str]:
        """Return the counts as lines of text."""
        killed = ", ".join(f"{name} {count}" for name, count in sorted(self.killed.items()))
        jobs = ", ".join(f"{name} {count}" for name, count in sorted(self.jobs.items()))
        return [
            f"kills            {self.killed.total()} ({killed})",
            f"rounds           {self.rounds}, each as the undisturbed one",
            f"labels           {self.labels} acknowledged, each there once; {self.refused} refused",
            f"retries          {self.retries}",
            f"jobs             {self.jobs.total()} ({jobs})",
            f"claims           {self.claims}, {self.lease_expiries} of them after a lease had run out",
            f"looks            {self.looks} at the database, nothing out of order",
            f"seconds          {self.seconds:.0f}; an undisturbed round {self.undisturbed_seconds:.0f}",
        ]


@dataclass
class Trial:
    """A running service, its database, and the people who label; `urls` are of its api processes."""

    service: Service
    urls: Sequence[str]
    engine: Engine
    scene: Scene
    seed: int = 0

    def __post_init__(self) -> None:
        token = self.service.run("token", "create", "admin")
        client, self.owner = persistent_client(self.urls, token)
        self.oracle = Oracle(client, patience=JOB_SECONDS)
        self.people = hire(self.engine, self.urls, PEOPLE, self.seed)

    def undisturbed(self) -> Outcome:
        """Return what the scene comes to in peace; what it has left in caches is removed."""
        began = time.monotonic()
        found = self._play()
        self.undisturbed_seconds = time.monotonic() - began
        shutil.rmtree(self.service.data / "work" / "cache")
        return found

    def disturbed(self, targets: dict[str, Find], plan: Plan, expected: Outcome) -> Report:
        """Play the scene until the plan is done and check after each round; returns the counts."""
        report, began, log = Report(), time.monotonic(), len(self.service.log.read_bytes())
        killer = Killer(targets, plan, self._any_running, self.undisturbed_seconds)
        with Watch(self.engine) as watch:
            killer.start()
            while report.rounds == 0 or killer.is_alive():
                found = self._play()
                assert not (different := expected.differs_from(found)), different
                report.rounds += 1
                report.labels += self._check_labels()
                shutil.rmtree(self.service.data / "work" / "cache", ignore_errors=True)
            killer.stop()
            wait_until(self._all_ended, SETTLE_SECONDS, self.service.log)
            self._check_files()
        assert not watch.faults, watch.faults
        assert not killer.missed, f"never came back: {killer.missed}"
        report.killed, report.looks = killer.killed, watch.looks
        self._count(report, self.service.log.read_bytes()[log:].decode())
        report.seconds, report.undisturbed_seconds = time.monotonic() - began, self.undisturbed_seconds
        return report

    def _play(self) -> Outcome:
        for each in self.people:
            each.acknowledged.clear()
        self.round_id = play(self.scene, self.oracle, self.people, self.engine)
        return outcome(self.oracle, self.engine, self.round_id)

    def _check_labels(self) -> int:
        """Fail unless every acknowledged label stands once and nothing else does; returns how many."""
        given = {
            (query_id, each.user_id): [category_id]
            for each in self.people
            for query_id, category_id in each.acknowledged.items()
        }
        assert standing_labels(self.engine, self.round_id) == given
        return len(given)

    def _any_running(self) -> bool:
        return self._count_jobs(Job.state == "running") > 0

    def _all_ended(self) -> bool:
        return self._count_jobs(Job.state.not_in(ENDED)) == 0

    def _count_jobs(self, condition: ColumnElement[bool]) -> int:
        with read_connection(self.engine) as connection:
            return connection.scalar(select(func.count()).where(condition)) or 0

    def _check_files(self) -> None:
        """Fail unless reapers remove what killed writers left, once it is old, and no blob is nobody's."""
        for path in self.unfinished():
            os.utime(path, (time.time() - AGED_SECONDS,) * 2)
        wait_until(lambda: not self.unfinished(), SETTLE_SECONDS, self.service.log)
        blobs = self.service.data / "blobs"
        published = {path.relative_to(blobs).as_posix() for path in blobs.glob("steps/*/*")}
        with read_connection(self.engine) as connection:
            kept = set(connection.scalars(select(Step.artefacts_key)))
        assert published <= kept, published - kept

    def unfinished(self) -> list[Path]:
        """Return the files of the data directory that are not finished, and the folders that hold them."""
        return [path for path in self.service.data.rglob("*") if UNFINISHED.search(f"/{path}")]

    def _count(self, report: Report, log: str) -> None:
        transports: list[Persistent] = [self.owner, *(each.transport for each in self.people)]
        report.retries = sum(each.retries for each in transports)
        report.refused = sum(len(each.refused) for each in self.people)
        with read_connection(self.engine) as connection:
            jobs = connection.execute(select(Job.state, Job.epoch)).all()
        report.jobs = Counter(row.state for row in jobs)
        report.claims = sum(row.epoch for row in jobs)
        report.lease_expiries = log.count("job.started") - log.count("job.ended")
        assert set(report.jobs) == {"done"}, report.jobs


def struck(trial: Trial, targets: dict[str, Find], kills: int) -> Report:
    """Return what came of rounds while `kills` parts were killed, compared with one in peace; prints it."""
    expected = trial.undisturbed()
    del targets["pretrain worker"]  # has nothing to do here; benchmarks/chaos.py kills it too
    report = trial.disturbed(targets, plan(list(targets), kills, trial.seed), expected)
    print("\n".join(report.lines()))  # noqa: T201  (the counts, for the log)
    return report
