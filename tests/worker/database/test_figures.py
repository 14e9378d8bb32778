"""What workers add to the figures, and that their log lines name the job and the request that caused it."""

import errno
import json
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.core.database import now
from app.core.logging import configure_logging
from app.core.models import Job
from app.metrics import counters, reading
from tests.app.at_once import at_once
from tests.worker.conftest import change, get
from worker import watchdog
from worker.child.model_process import ChildDiedError
from worker.child.warm_child import JobFailedError
from worker.database import claims, figures, leftovers, outcomes
from worker.database.claims import Claim
from worker.jobs import handlers, runner

KIND = "candidates"
PAST = timedelta(minutes=-1)
Do = Callable[[Claim, watchdog.Watchdog], None]


@pytest.fixture
def doing(monkeypatch: pytest.MonkeyPatch) -> Callable[[Do], None]:
    """Return a function that says what jobs do."""
    return lambda handler: monkeypatch.setitem(handlers.HANDLERS, KIND, handler)


def counted(name: str, **labels: str) -> float:
    return reading.read().counter(name, kind=KIND, **labels)


def runs() -> dict[str, float]:
    """Return how runs have ended: how many by outcome."""
    found = {outcome: counted(counters.JOB_RUNS, outcome=outcome) for outcome in counters.OUTCOMES}
    return {outcome: count for outcome, count in found.items() if count}


def test_a_done_job_tells_the_seconds_of_its_phases(
    make_job: Callable[..., str], doing: Callable[[Do], None]
) -> None:
    def work(claim: Claim, watching: watchdog.Watchdog) -> None:
        for phase, seconds in (("embedding", 0.12), ("clustering", 0.0), ("embedding", 0.05), ("done", 0.02)):
            watching.progress(0.5, phase, "")
            time.sleep(seconds)
        outcomes.finish(claim.fence, {})

    doing(work)
    runner.run(make_job())
    found = reading.read()
    assert runs() == {"done": 1}
    assert {phase for _kind, phase in found.buckets} == {"starting", "embedding", "clustering", "saving"}
    assert {sum(counts.values()) for counts in found.buckets.values()} == {1}
    assert 0.17 <= found.seconds[KIND, "embedding"] < 5
    assert 0.02 <= found.seconds[KIND, "saving"] < 5


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (JobFailedError("no"), "failed"),
        (watchdog.CancelledError(), "cancelled"),
        (watchdog.StoppingError(), "handed back"),
        (ChildDiedError("gone"), "crashed"),
        (OSError(errno.ENOSPC, "full"), "paused"),
        (ValueError("odd"), "raised"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_other_end_is_counted_without_seconds(
    make_job: Callable[..., str], doing: Callable[[Do], None], error: Exception, outcome: str
) -> None:
    def work(_claim: Claim, _watching: watchdog.Watchdog) -> None:
        raise error

    doing(work)
    runner.run(make_job())
    assert runs() == {outcome: 1}
    assert reading.read().seconds == {}


def test_a_lost_claim_is_counted_and_no_run(
    make_job: Callable[..., str], doing: Callable[[Do], None]
) -> None:
    def work(claim: Claim, _watching: watchdog.Watchdog) -> None:
        change(Job, claim.fence.job_id, epoch=7)
        outcomes.finish(claim.fence, {})

    doing(work)
    runner.run(make_job())
    assert (counted(counters.LOST_CLAIMS), runs()) == (1, {})


def test_a_lease_that_ran_out_is_counted_once_however_many_take_the_job(make_job: Callable[..., str]) -> None:
    job_id = make_job()
    assert claims.claim(job_id)
    assert counted(counters.LEASE_EXPIRIES) == 0
    change(Job, job_id, lease_until=now() + PAST)
    at_once(lambda: claims.claim(job_id) for _ in range(8))
    assert (get(Job, job_id).epoch, counted(counters.LEASE_EXPIRIES)) == (2, 1)


def test_what_the_reaper_ends_is_counted(make_job: Callable[..., str]) -> None:
    make_job(state="running", attempts=3, lease_until=now() + PAST)
    make_job(cancel_requested_at=now())
    for _pass in range(2):
        leftovers.close_all_unclaimable()
    assert runs() == {"abandoned": 1, "cancelled": 1}
    assert counted(counters.LEASE_EXPIRIES) == 1


def test_figures_that_cannot_be_written_change_no_outcome(
    make_job: Callable[..., str], doing: Callable[[Do], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_arguments: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr(figures, "count_run", fail)
    doing(lambda claim, _watching: outcomes.finish(claim.fence, {}))
    job_id = make_job()
    runner.run(job_id)
    assert get(Job, job_id).state == "done"


def test_a_job_that_is_handed_back_waits_from_then_on(make_job: Callable[..., str]) -> None:
    job_id = make_job(queued_at=now() + 60 * PAST)
    held = claims.claim(job_id)
    assert held is not None
    outcomes.hand_back(held)
    assert reading.read().longest_wait["gpu"] < 60


def test_log_lines_name_the_job_and_the_request_that_caused_it(
    make_job: Callable[..., str], doing: Callable[[Do], None], capfd: pytest.CaptureFixture[str]
) -> None:
    configure_logging()
    doing(lambda claim, _watching: outcomes.finish(claim.fence, {}))
    job_id = make_job(request_id="request-1234")
    runner.run(job_id)
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    own: list[dict[str, Any]] = [line for line in lines if line.get("job_id") == job_id]
    assert [line["event"] for line in own] == ["job.started", "job.ended"]
    assert {line["request_id"] for line in own} == {"request-1234"}
