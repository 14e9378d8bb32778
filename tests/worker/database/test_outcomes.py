"""How jobs end, and what waits for them."""

from collections.abc import Callable

import pytest

from app.core.models import Encoder, Job, Round, Source
from tests.worker.conftest import add, change, get
from worker.database import outcomes
from worker.database.claims import Claim, claim


def held(job_id: str) -> Claim:
    claimed = claim(job_id)
    assert claimed is not None
    return claimed


def test_a_finished_job_keeps_its_result_and_no_lease(make_job: Callable[..., str]) -> None:
    job_id = make_job(error="an earlier attempt crashed")
    outcomes.finish(held(job_id).fence, {"items": []})
    job = get(Job, job_id)
    assert (job.state, job.result, job.progress, job.error) == ("done", {"items": []}, 1.0, None)
    assert job.lease_until is None
    assert job.finished_at is not None


@pytest.mark.parametrize(("end", "state"), [("fail", "failed"), ("cancel", "cancelled")])
def test_a_round_ends_with_the_job_that_it_needs(
    make_job: Callable[..., str], evolution: str, end: str, state: str
) -> None:
    job = held(make_job("round_start", round_id=evolution, step=0))
    outcomes.fail(job.fence, "no images") if end == "fail" else outcomes.cancel(job.fence)
    row = get(Round, evolution)
    assert row.state == state
    assert row.finished_at is not None
    assert row.error == ("no images" if end == "fail" else "Cancelled.")


def test_a_round_that_has_ended_already_keeps_its_end(make_job: Callable[..., str], evolution: str) -> None:
    job = held(make_job("round_start", round_id=evolution, step=0))
    change(Round, evolution, state="cancelled")
    outcomes.fail(job.fence, "too late")
    assert (get(Round, evolution).state, get(Round, evolution).error) == ("cancelled", None)


@pytest.mark.parametrize("kind", ["encoder", "pretrain"])
def test_an_encoder_learns_why_its_job_failed(make_job: Callable[..., str], encoder: str, kind: str) -> None:
    outcomes.fail(held(make_job(kind, params={"encoder_id": encoder})).fence, "no such model")
    assert (get(Encoder, encoder).state, get(Encoder, encoder).error) == ("failed", "no such model")


def test_a_source_learns_why_its_count_failed(make_job: Callable[..., str]) -> None:
    source = add(Source(name="photos", kind="torchvision", params={"name": "CIFAR10"}))
    outcomes.fail(held(make_job("source", params={"source_id": source})).fence, "no network")
    assert (get(Source, source).state, get(Source, source).error) == ("failed", "no network")


def test_attempts_are_counted_anew_after_a_checkpoint(make_job: Callable[..., str]) -> None:
    job_id = make_job(attempts=2)
    claimed = held(job_id)
    change(Job, job_id, attempts=1)
    outcomes.retry(claimed, "killed")
    assert (get(Job, job_id).state, get(Job, job_id).error) == ("queued", "killed")


def test_a_job_that_crashes_every_time_fails_at_the_third_attempt(
    make_job: Callable[..., str], evolution: str
) -> None:
    job_id = make_job("round_start", round_id=evolution, step=0)
    for _attempt in range(2):
        outcomes.retry(held(job_id), "The model process was killed.")
        assert get(Job, job_id).state == "queued"
        assert get(Round, evolution).state == "proposing"
    outcomes.retry(held(job_id), "The model process was killed.")
    assert get(Job, job_id).error == "The model process was killed. Tried 3 times."
    assert get(Round, evolution).state == "failed"
    assert claim(job_id) is None


def test_a_worker_that_stops_gives_its_attempt_back(make_job: Callable[..., str]) -> None:
    job_id = make_job()
    for _restart in range(5):
        outcomes.hand_back(held(job_id))
    job = get(Job, job_id)
    assert (job.state, job.attempts, job.epoch, job.lease_until) == ("queued", 0, 5, None)
