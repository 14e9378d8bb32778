"""Images that come while a round runs are embedded, behind the jobs that people wait for."""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from app.core.database import read_session, write_session
from app.core.models import Category, Job, Round
from app.rounds.arrivals import images_came
from tests.worker.conftest import add, change, get
from tests.worker.jobs.test_later_images import COLOURS, add_image, train
from worker.database import ahead
from worker.jobs import runner, shared_child

SIDE, BATCH = 230, 5
"""Of photos of this size so many are embedded at once."""


@pytest.fixture(scope="module", autouse=True)
def child() -> Iterator[None]:
    """Have the tests of this module share a child, which ends with it."""
    yield
    shared_child.child.stop()


def queued(project: str) -> list[str]:
    with read_session() as session:
        rows = select(Job.kind).where(Job.project_id == project, Job.state == "queued").order_by(Job.kind)
        return list(session.scalars(rows))


def arrive(project: str) -> list[str]:
    """Have images come, twice over; returns the kinds of jobs that wait then."""
    for _ in range(2):
        with write_session() as session:
            images_came(session, project)
    return queued(project)


@pytest.mark.timeout(300)
def test_images_are_embedded_while_the_round_runs_and_the_step_computes_none(
    project: str, evolution: str, make_job: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert arrive(project) == ["embed"]
    monkeypatch.setattr(ahead, "SECONDS", 1e-9)
    names = list(COLOURS)
    for number in range(BATCH):
        add_image(project, names[number % 2], number, side=SIDE)
    add_image(project, "red", 9, split="test", side=SIDE)
    (job,) = jobs_of(project)
    start = make_job("round_start", round_id=evolution, step=0)
    runner.run(job)
    assert (get(Job, job).state, get(Job, job).attempts) == ("queued", 0), "it has given way"
    for name in COLOURS:
        add(Category(project_id=project, name=name, position=0))
    change(Job, start, state="cancelled")
    runner.run(job)
    assert (get(Job, job).state, get(Job, job).result) == ("done", {"embedded": 1, "unreadable": 0})
    again = make_job("embed")
    runner.run(again)
    assert get(Job, again).result == {"embedded": 0, "unreadable": 0}
    assert queued(project) == [], "there is no model to predict"


@pytest.mark.timeout(300)
def test_predictions_follow_where_there_is_a_model(
    project: str, evolution: str, make_job: Callable[..., str]
) -> None:
    train(project, evolution, make_job)
    change(Round, evolution, state="labelling")
    add_image(project, "red", 5)
    assert arrive(project) == ["embed"]
    (job,) = jobs_of(project)
    runner.run(job)
    assert (get(Job, job).result["embedded"], queued(project)) == (1, ["predict"])
    change(Round, evolution, state="done")
    assert arrive(project) == ["predict"]


def jobs_of(project: str) -> list[str]:
    with read_session() as session:
        rows = select(Job.id).where(Job.project_id == project, Job.kind == "embed", Job.state == "queued")
        return list(session.scalars(rows))
