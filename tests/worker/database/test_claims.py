"""Claims: one holder at a time, and no write of anyone else."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.core.database import now
from app.core.models import Job
from tests.worker.conftest import change, get
from worker.database import outcomes
from worker.database.claims import Fence, LostClaimError, claim, heartbeat, report_progress, watch


def test_a_claim_holds_the_job_and_starts_its_clock(make_job: Callable[..., str]) -> None:
    job_id = make_job(params={"encoder_id": "e", "clusters": 30})
    held = claim(job_id)
    assert held is not None
    assert (held.kind, held.params, held.attempts) == ("candidates", {"encoder_id": "e", "clusters": 30}, 1)
    job = get(Job, job_id)
    assert (job.state, job.epoch) == ("running", 1)
    assert abs(job.started_at - now()) < timedelta(seconds=5)
    assert timedelta(seconds=20) < job.lease_until - now() <= timedelta(seconds=31)


def test_of_many_workers_that_hear_the_bell_one_gets_the_job(make_job: Callable[..., str]) -> None:
    job_id = make_job()
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(claim, [job_id] * 16))
    assert sum(held is not None for held in claims) == 1


@pytest.mark.parametrize("state", ["done", "failed", "cancelled"])
def test_an_ended_job_stays_ended_even_with_a_past_lease(make_job: Callable[..., str], state: str) -> None:
    job_id = make_job(state=state, lease_until=now() - timedelta(hours=1))
    assert claim(job_id) is None
    assert get(Job, job_id).state == state


def test_a_job_to_be_cancelled_is_not_begun(make_job: Callable[..., str]) -> None:
    assert claim(make_job(cancel_requested_at=now())) is None


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_job_out_of_attempts_is_not_begun(make_job: Callable[..., str], state: str) -> None:
    job_id = make_job(state=state, attempts=3, lease_until=now() - timedelta(seconds=1))
    assert claim(job_id) is None


def test_an_unknown_job_id_has_no_effect(engine: object) -> None:
    assert claim("no such job") is None


def test_after_the_lease_the_next_claim_fences_the_first_one_off(make_job: Callable[..., str]) -> None:
    job_id = make_job()
    first = claim(job_id)
    assert first is not None
    assert claim(job_id) is None
    change(Job, job_id, lease_until=now() - timedelta(seconds=1))
    second = claim(job_id)
    assert second is not None
    assert second.fence.token > first.fence.token
    assert watch(first.fence) == "lost"
    for stale_write in (
        lambda: heartbeat(first.fence),
        lambda: report_progress(first.fence, 0.9, "embedding", "stale"),
        lambda: outcomes.finish(first.fence, {"stale": True}),
        lambda: outcomes.fail(first.fence, "stale"),
        lambda: outcomes.cancel(first.fence),
        lambda: outcomes.retry(first, "stale"),
        lambda: outcomes.hand_back(first),
    ):
        with pytest.raises(LostClaimError):
            stale_write()
    job = get(Job, job_id)
    assert (job.state, job.progress, job.error, job.result) == ("running", 0.0, None, None)
    outcomes.finish(second.fence, {"fresh": True})
    assert get(Job, job_id).result == {"fresh": True}


def test_a_heartbeat_extends_the_lease_and_progress_is_stored(make_job: Callable[..., str]) -> None:
    job_id = make_job()
    held = claim(job_id)
    assert held is not None
    change(Job, job_id, lease_until=now() + timedelta(seconds=1))
    report_progress(held.fence, 1.7, "embedding", "100 of 200 images")
    job = get(Job, job_id)
    assert (job.progress, job.phase, job.message) == (1.0, "embedding", "100 of 200 images")
    assert job.lease_until - now() > timedelta(seconds=20)


def test_watching_sees_a_cancel_and_the_end(make_job: Callable[..., str]) -> None:
    job_id = make_job()
    held = claim(job_id)
    assert held is not None
    assert watch(held.fence) == "held"
    change(Job, job_id, cancel_requested_at=now())
    assert watch(held.fence) == "cancelling"
    outcomes.cancel(held.fence)
    assert watch(held.fence) == "lost"
    assert watch(Fence("no such job", 1)) == "lost"
