"""Figures of the whole installation, read from the database: any api process tells the same."""

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

import structlog
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from app.core.queues import QUEUES
from app.jobs.kinds import KINDS
from app.metrics.counters import JOB_RUNS, LEASE_EXPIRIES, LONGEST_SECONDS, LOST_CLAIMS, OUTCOMES
from app.metrics.reading import Reading, read

KEPT_SECONDS = 3.0
BOUNDS = [*(str(bound) for bound in LONGEST_SECONDS), "+Inf"]
log = structlog.get_logger()


@dataclass
class Installation(Collector):
    """Makes metrics of what the database says; several scrapes within some seconds share one reading."""

    reading: Reading | None = None
    read_at: float = float("-inf")

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics. Without a database only `eigenlabel_database_up` is left, and it is 0."""
        with self._lock:
            if time.monotonic() - self.read_at > KEPT_SECONDS:
                self.reading, self.read_at = _read_or_none(), time.monotonic()
        up = 0.0 if self.reading is None else 1.0
        yield GaugeMetricFamily("eigenlabel_database_up", "Whether the database answers.", value=up)
        if self.reading is not None:
            yield from _jobs(self.reading)
            yield from _counted(self.reading)
            yield _phases(self.reading)


def _read_or_none() -> Reading | None:
    try:
        return read()
    except Exception as error:
        log.warning("metrics.unreadable", error=type(error).__name__)
        return None


def _jobs(reading: Reading) -> Iterator[Metric]:
    length = GaugeMetricFamily("eigenlabel_queue_length", "Jobs that no worker holds.", labels=["queue"])
    age = GaugeMetricFamily(
        "eigenlabel_queue_age_seconds", "How long the job that waits longest has waited.", labels=["queue"]
    )
    running = GaugeMetricFamily("eigenlabel_jobs_running", "Jobs that a worker holds.", labels=["kind"])
    for queue in sorted(QUEUES):
        length.add_metric([queue], reading.waiting.get(queue, 0))
        age.add_metric([queue], reading.longest_wait.get(queue, 0.0))
    for kind in KINDS:
        running.add_metric([kind], reading.running.get(kind, 0))
    yield from (length, age, running)


def _counted(reading: Reading) -> Iterator[Metric]:
    """Yield counters with every value that their labels can have: one that appears at 1 has no increase."""
    told = "Claims of jobs whose lease ran out, for their worker died, froze or lost the database."
    expiries = CounterMetricFamily("eigenlabel_lease_expiries", told, labels=["kind"])
    told = "Runs that a worker gave up because the job was no longer its own."
    lost = CounterMetricFamily("eigenlabel_lost_claims", told, labels=["kind"])
    told = "Runs of jobs by how they ended; an abandoned job's worker died at every attempt."
    runs = CounterMetricFamily("eigenlabel_job_runs", told, labels=["kind", "outcome"])
    for kind in KINDS:
        expiries.add_metric([kind], reading.counter(LEASE_EXPIRIES, kind=kind))
        lost.add_metric([kind], reading.counter(LOST_CLAIMS, kind=kind))
        for outcome in OUTCOMES:
            runs.add_metric([kind, outcome], reading.counter(JOB_RUNS, kind=kind, outcome=outcome))
    yield from (expiries, lost, runs)


def _phases(reading: Reading) -> Metric:
    told = "Seconds in each phase of the jobs that were done."
    family = HistogramMetricFamily("eigenlabel_job_seconds", told, labels=["kind", "phase"])
    for (kind, phase), counts in sorted(reading.buckets.items()):
        family.add_metric([kind, phase], _cumulative(counts), reading.seconds[kind, phase])
    return family


def _cumulative(counts: Mapping[int, float]) -> list[tuple[str, float]]:
    total, buckets = 0.0, []
    for index, bound in enumerate(BOUNDS):
        total += counts.get(index, 0)
        buckets.append((bound, total))
    return buckets


@lru_cache
def get_installation() -> Installation:
    """Return the collector of this process."""
    return Installation()
