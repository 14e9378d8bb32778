"""The reaper: whatever was lost comes back, and nothing waits for ever."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.core.database import now, read_session, write_session
from app.core.models import BrowserSession, IdempotencyKey, Image, Job, Query, Round, SignInLink, Step, User
from app.core.queue import get_celery
from app.core.unfinished import ABANDONED_SECONDS
from tests.worker.conftest import add, change, get
from worker.database import leftovers
from worker.database.claims import claim
from worker.database.requests import output_directory

OLD = timedelta(minutes=10)


@pytest.fixture
def notified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the job ids of the messages sent since."""
    sent: list[str] = []
    monkeypatch.setattr(get_celery(), "send_task", lambda _name, args, **_options: sent.append(args[0]))
    return sent


def test_a_job_whose_notification_was_lost_or_whose_worker_died_is_notified_again(
    make_job: Callable[..., str], notified: list[str]
) -> None:
    lost = make_job(created_at=now() - OLD)
    lapsed = make_job(state="running", created_at=now() - OLD, lease_until=now() - OLD, attempts=1)
    make_job(created_at=now() - OLD, queue="cpu", kind="import")
    make_job(state="running", created_at=now() - OLD, lease_until=now() + OLD, attempts=1)
    make_job(state="done", created_at=now() - OLD)
    make_job(created_at=now() - OLD, cancel_requested_at=now())
    make_job()
    leftovers.notify_again("gpu", 10)
    assert sorted(notified) == sorted([lost, lapsed])


def test_a_job_whose_worker_died_at_every_attempt_fails_with_the_reason(
    make_job: Callable[..., str], evolution: str
) -> None:
    job_id = make_job(
        "round_start", round_id=evolution, step=0, state="running", attempts=3, lease_until=now() - OLD
    )
    leftovers.close_all_unclaimable()
    assert get(Job, job_id).state == "failed"
    assert get(Job, job_id).error == leftovers.OUT_OF_ATTEMPTS
    assert (get(Round, evolution).state, get(Round, evolution).error) == ("failed", leftovers.OUT_OF_ATTEMPTS)


def test_a_cancel_that_no_worker_will_see_takes_effect(make_job: Callable[..., str], evolution: str) -> None:
    job_id = make_job("round_start", round_id=evolution, step=0, cancel_requested_at=now())
    running = make_job(state="running", lease_until=now() + OLD, cancel_requested_at=now(), attempts=1)
    leftovers.close_all_unclaimable()
    assert get(Job, job_id).state == "cancelled"
    assert get(Round, evolution).state == "cancelled"
    assert get(Job, running).state == "running", "its worker sees the cancel itself"


@pytest.mark.parametrize(
    ("states", "derived"),
    [
        (("labelling", "labelled"), True),
        (("labelling", "skipped"), True),
        (("labelling", "open"), False),
        (("paused", "labelled"), False),
        (("cancelled", "labelled"), False),
    ],
)
def test_a_complete_step_gets_the_advance_that_it_lacks(
    project: str, evolution: str, notified: list[str], states: tuple[str, str], derived: bool
) -> None:
    round_state, query_state = states
    step_id = add(Step(round_id=evolution, index=1, asked=1))
    image = {"filename": "a.png", "format": "png", "width": 1, "height": 1, "bytes": 1, "split": "pool"}
    image_id = add(Image(project_id=project, sha256="0" * 64, **image))
    add(Query(round_id=evolution, step_id=step_id, image_id=image_id, position=0, state=query_state))
    change(Round, evolution, state=round_state, step=1)
    for _pass in range(2):
        leftovers.derive_advances()
    assert len(notified) == int(derived)
    if derived:
        job = get(Job, notified[0])
        assert (job.kind, job.round_id, job.step, job.project_id) == ("round_advance", evolution, 1, project)
        assert (get(Round, evolution).state, get(Step, step_id).state) == ("finetuning", "finetuning")


def test_rows_with_an_end_are_deleted_after_it(engine: Any) -> None:
    user = add(User(name="olga"))
    kept = {"user_id": user, "expires_at": now() + OLD}
    gone = {"user_id": user, "expires_at": now() - OLD}
    sessions = [add(BrowserSession(token_hash=str(at), **row)) for at, row in enumerate([kept, gone])]
    links = [add(SignInLink(token_hash=str(at), **row)) for at, row in enumerate([kept, gone])]
    answer = {"user_id": user, "route": "r", "body_hash": "b", "status": 200, "response": "{}"}
    for key, age in (("new", OLD), ("old", timedelta(hours=25))):
        store_key(IdempotencyKey(key=key, created_at=now() - age, **answer))
    leftovers.delete_expired()
    assert exists(BrowserSession, sessions) == [True, False]
    assert exists(SignInLink, links) == [True, False]
    assert exists(IdempotencyKey, [(user, "r", "new"), (user, "r", "old")]) == [True, False]


def store_key(row: IdempotencyKey) -> None:
    """Store an answer, which has no id of its own."""
    with write_session() as session:
        session.add(row)


def exists(model: type[Any], keys: list[Any]) -> list[bool]:
    """Return for each primary key whether its row is there."""
    with read_session() as session:
        return [session.get(model, key) is not None for key in keys]


def test_what_killed_writers_left_is_removed_after_an_hour(data_directory: Path) -> None:
    graphs, messages = data_directory / "work" / "cache" / "graphs", data_directory / "queue" / "messages"
    left = [graphs / "a.npz.1.partial", messages / ".1.gpu.msg", messages / "2.gpu.taken"]
    whole = [graphs / "a.npz", messages / "3.gpu.msg"]
    for path in [*left, *whole]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"1")
    leftovers.discard_unfinished_files()
    assert all(path.exists() for path in left)
    for path in [*left, *whole]:
        os.utime(path, (0, time.time() - 2 * ABANDONED_SECONDS))
    leftovers.discard_unfinished_files()
    assert [path.exists() for path in [*left, *whole]] == [False, False, False, True, True]


def test_folders_of_claims_that_died_are_removed(make_job: Callable[..., str]) -> None:
    held, lost = claim(make_job()), claim(make_job())
    assert held is not None
    assert lost is not None
    kept, orphan = output_directory(held), output_directory(lost)
    change(Job, lost.fence.job_id, epoch=2)
    leftovers.discard_orphans()
    assert (kept.exists(), orphan.exists()) == (True, False)
