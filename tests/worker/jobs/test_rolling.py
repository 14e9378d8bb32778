"""A round that proposes ahead, over HTTP with the real step: nobody waits, and steps are learnt in order."""

from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.core.database import now, read_session, write_session
from app.core.models import Job, Step
from tests.worker.bench import Bench
from tests.worker.in_process import child_in_this_process
from tests.worker.rows import change
from worker.database import claims, leftovers
from worker.jobs import runner

__all__ = ["child_in_this_process"]


@pytest.fixture
def bench(client: TestClient) -> Bench:
    """Return a project of three categories."""
    return Bench(client, ["red", "green", "blue"], images=12)


def live(bench: Bench) -> list[tuple[str, int | None]]:
    """Return the kind and step of each job that waits."""
    return [(job.kind, job.step) for job in bench.queued()]


def steps(bench: Bench, round_id: str) -> list[tuple[int, str, int]]:
    """Return (index, state, labelled) of each step."""
    return [(step["index"], step["state"], step["labelled"]) for step in bench.steps(round_id)]


def run(bench: Bench, kind: str) -> None:
    """Run the one job of `kind` that waits."""
    (job,) = [job for job in bench.queued() if job.kind == kind]
    runner.run(job.id)


def test_labelling_goes_on_while_the_model_learns_until_the_end(bench: Bench) -> None:
    round_id = bench.start(rolling=True, schedule=[2, 2, 2])
    run(bench, "round_start")
    assert live(bench) == [], "six open images are enough for one person"
    first = bench.lease(round_id)
    assert len(first) == 6
    bench.answer(first[0])
    assert live(bench) == [("round_propose", 1)]
    bench.answer(first[1])
    assert live(bench) == [("round_propose", 1)], "one proposal is in flight"
    run(bench, "round_propose")
    row = bench.round(round_id)
    assert (row["state"], row["step"], row["open_step"], row["outstanding"]) == ("labelling", 2, 1, 10)
    assert row["budget"] == 18
    ahead = bench.lease(round_id)
    assert [item["step"] for item in ahead] == [1] * 4 + [2] * 6, "the oldest step comes first"
    assert len({item["image"]["id"] for item in [*first, *ahead]}) == 12
    for item in first[2:]:
        bench.answer(item)
    row = bench.round(round_id)
    assert (row["state"], row["open_step"], row["outstanding"]) == ("labelling", 2, 6)
    assert live(bench) == [("round_advance", 1)]
    run(bench, "round_advance")
    assert steps(bench, round_id) == [(0, "done", 0), (1, "done", 6), (2, "labelling", 0)]
    while items := bench.lease(round_id):
        for item in items:
            bench.answer(item)
            bench.work()
    row = bench.round(round_id)
    assert (row["state"], row["labelled"], row["budget"], row["outstanding"]) == ("done", 18, 18, 0)
    assert steps(bench, round_id) == [(0, "done", 0), (1, "done", 6), (2, "done", 6), (3, "done", 6)]
    assert [step["labels"] for step in bench.steps(round_id)] == [0, 6, 12, 18]


def test_a_step_learns_after_the_one_before_it_whoever_is_first(bench: Bench) -> None:
    round_id = bench.start(rolling=True, schedule=[1, 1])
    bench.work()
    row = bench.round(round_id)
    assert (row["step"], row["outstanding"]) == (2, 6), (
        "three open images are too few: two steps are open at once"
    )
    items = bench.lease(round_id)
    late, *rest = items
    for item in rest:
        bench.answer(item)
    assert live(bench) == []
    assert steps(bench, round_id) == [(0, "done", 0), (1, "labelling", 2), (2, "labelling", 3)]
    assert [item["query_id"] for item in bench.lease(round_id)] == [late["query_id"]]
    bench.answer(late)
    assert live(bench) == [("round_advance", 1)]
    bench.work()
    assert bench.round(round_id)["state"] == "done"
    assert [step["labels"] for step in bench.steps(round_id)] == [0, 6, 6]


def test_the_last_answer_waits_for_a_proposal_that_is_under_way(bench: Bench) -> None:
    round_id = bench.start(rolling=True, schedule=[2, 1])
    run(bench, "round_start")
    for item in bench.lease(round_id):
        bench.answer(item)
    assert live(bench) == [("round_propose", 1), ("round_advance", 1)]
    assert bench.round(round_id)["state"] == "finetuning"
    run(bench, "round_advance")
    assert (bench.round(round_id)["state"], bench.round(round_id)["step"]) == ("finetuning", 1)
    assert steps(bench, round_id)[1] == (1, "done", 6)
    run(bench, "round_propose")
    row = bench.round(round_id)
    assert (row["state"], row["step"], row["outstanding"]) == ("labelling", 2, 3)


def test_who_finds_nothing_has_the_next_step_proposed(bench: Bench) -> None:
    round_id = bench.start(rolling=True, schedule=[2, 2])
    run(bench, "round_start")
    tabs = [
        bench.call("POST", f"/rounds/{round_id}/leases", json={"count": 50, "holder": str(tab)})
        for tab in range(6)
    ]
    assert tabs[1]["items"], "the end of a step is shared"
    assert (tabs[-1]["items"], tabs[-1]["waiting_for"]) == ([], "others")
    assert live(bench) == [("round_propose", 1)]


@pytest.mark.parametrize("how", ["pause", "finish", "cancel"])
def test_an_owner_ends_or_pauses_it_while_a_step_is_proposed(bench: Bench, how: str) -> None:
    round_id = bench.start(rolling=True, schedule=[2, 2])
    run(bench, "round_start")
    items = bench.lease(round_id)
    bench.answer(items[0])
    assert live(bench) == [("round_propose", 1)]
    bench.call("POST", f"/rounds/{round_id}/{how}")
    if how != "cancel":
        bench.work()
    row = bench.round(round_id)
    if how == "pause":
        assert (row["state"], row["step"], row["outstanding"]) == ("paused", 2, 11)
        for item in items[1:]:
            bench.answer(item)
        assert live(bench) == []
        assert bench.call("POST", f"/rounds/{round_id}/resume")["state"] == "labelling"
        assert live(bench) == [("round_advance", 1)]
        bench.work()
        assert steps(bench, round_id)[1:] == [(1, "done", 6), (2, "labelling", 0)]
    elif how == "finish":
        assert (row["state"], row["step"], row["labelled"]) == ("done", 1, 1)
        assert [step["labels"] for step in bench.steps(round_id)] == [0, 1]
    else:
        assert (row["state"], live(bench)) == ("cancelled", [])


def test_finishing_learns_from_every_open_step(bench: Bench) -> None:
    round_id = bench.start(rolling=True, schedule=[2, 2])
    run(bench, "round_start")
    bench.answer(bench.lease(round_id)[0])
    bench.work()
    for item in bench.lease(round_id)[3:7]:
        bench.answer(item)
    row = bench.call("POST", f"/rounds/{round_id}/finish")
    assert (row["state"], row["finishing"], row["outstanding"]) == ("finetuning", True, 0)
    bench.work()
    assert bench.round(round_id)["state"] == "done"
    assert steps(bench, round_id) == [(0, "done", 0), (1, "done", 3), (2, "done", 2)]
    assert [step["labels"] for step in bench.steps(round_id)] == [0, 5, 5]


def test_a_worker_that_dies_half_way_through_a_proposal_is_replaced(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("worker.database.steps.ROWS_PER_TRANSACTION", 2)
    round_id = bench.start(rolling=True, schedule=[2, 2])
    run(bench, "round_start")
    bench.answer(bench.lease(round_id)[0])
    (job,) = bench.queued()
    with monkeypatch.context() as during:
        during.setattr("worker.database.steps.settle_after", dies)
        during.setattr("worker.database.outcomes.retry", lambda *_: None)
        runner.run(job.id)
    with read_session() as session:
        assert session.scalars(select(Step.index).where(Step.round_id == round_id)).all() == [0, 1, 2]
    row = bench.round(round_id)
    assert (row["step"], row["outstanding"], len(bench.lease(round_id))) == (1, 5, 5), (
        "nobody sees half a step"
    )
    change(Job, job.id, lease_until=now() - timedelta(days=1))
    runner.run(job.id)
    row = bench.round(round_id)
    assert (row["step"], row["outstanding"]) == (2, 11)


def dies(*_: Any) -> None:
    """Stand in for a worker that is killed."""
    raise OSError("killed")


def test_the_reaper_derives_what_nobody_queued(bench: Bench) -> None:
    round_id = bench.start(rolling=True, schedule=[1, 1, 1])
    run(bench, "round_start")
    (job,) = bench.queued()
    assert (job.kind, job.step) == ("round_propose", 1)
    with write_session() as session:
        session.delete(session.get_one(Job, job.id))
    leftovers.derive_proposals()
    assert live(bench) == [("round_propose", 1)]
    assert claims.claim(bench.queued()[0].id) is not None
    leftovers.derive_proposals()
    assert live(bench) == []
    assert bench.round(round_id)["state"] == "labelling"


def test_a_round_stored_without_the_field_waits_for_every_answer(bench: Bench) -> None:
    round_id = bench.start(schedule=[1, 1])
    bench.work()
    items = bench.lease(round_id)
    for item in items[:-1]:
        bench.answer(item)
        assert bench.queued() == []
    bench.answer(items[-1])
    assert live(bench) == [("round_advance", 1)]
