"""How long a pretraining will take, by what has been measured on this machine."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.core.database import now, read_session, write_session
from app.core.models import Job
from tests.app.encoders.conftest import ask, field_of
from tests.app.labelling_factory import Labelling

Make = Callable[..., Any]


def estimate(client: TestClient, project: Labelling, config: dict[str, Any]) -> Any:
    path = f"/api/v1/projects/{project.project_id}/encoders/estimate"
    return client.post(path, json={"config": config})


def finish(job_id: str, state: str = "done", **values: Any) -> None:
    with write_session() as session:
        ended = {"state": state, "finished_at": now()} | values
        session.execute(update(Job).where(Job.id == job_id).values(**ended))


def test_the_numbers_follow_from_the_images(olga: TestClient, project: Labelling, config: Make) -> None:
    told = estimate(olga, project, config(mode="tup", target_share=0.2)).json()
    assert {name: told[name] for name in told if name != "job_id"} == {
        "source_images": 80,
        "target_images": 5,
        "target_draws": 16,
        "epoch_images": 96,
        "steps": 18,
        "warm_up_epochs": 0,
        "images_per_second": None,
        "seconds": None,
    }


def test_it_says_the_warm_up_that_a_short_run_would_have(
    olga: TestClient, project: Labelling, config: Make
) -> None:
    short = config(method="simclr_v2", epochs=20)
    assert estimate(olga, project, short).json()["warm_up_epochs"] == 1
    assert estimate(olga, project, short | {"warm_up_epochs": 10}).json()["warm_up_epochs"] == 10


def test_the_speed_is_measured_once_and_then_known(
    olga: TestClient, project: Labelling, config: Make
) -> None:
    job_id = estimate(olga, project, config()).json()["job_id"]
    assert estimate(olga, project, config(epochs=7, seed=3)).json()["job_id"] == job_id
    assert estimate(olga, project, config(image_size=64)).json()["job_id"] != job_id
    with read_session() as session:
        job = session.get_one(Job, job_id)
    assert (job.kind, job.queue, job.params["config"]["batch_size"]) == ("throughput", "pretrain", 16)
    finish(job_id, result={"images_per_second": 48.0, "device": "cpu"})
    told = estimate(olga, project, config()).json()
    assert (told["images_per_second"], told["seconds"], told["job_id"]) == (48.0, 18 * 16 / 48, None)


def test_what_a_pretraining_reached_counts_and_the_newest_figure_wins(
    olga: TestClient, project: Labelling, config: Make
) -> None:
    measured = estimate(olga, project, config()).json()["job_id"]
    finish(measured, result={"images_per_second": 48.0}, finished_at=now() - timedelta(hours=1))
    job_id = ask(olga, project, config()).json()["job_id"]
    finish(job_id, result={"images_per_second": 96.0})
    assert estimate(olga, project, config()).json()["images_per_second"] == 96.0


@pytest.mark.parametrize(("ago", "again"), [(timedelta(), False), (timedelta(hours=1), True)])
def test_a_measurement_that_failed_is_not_repeated_at_every_question(
    olga: TestClient, project: Labelling, config: Make, ago: timedelta, again: bool
) -> None:
    first = estimate(olga, project, config()).json()["job_id"]
    finish(first, "failed", finished_at=now() - ago)
    told = estimate(olga, project, config()).json()
    assert (told["job_id"] not in {None, first}) is again
    assert told["seconds"] is None


def test_what_cannot_be_run_is_not_estimated(
    olga: TestClient, anna: TestClient, project: Labelling, config: Make
) -> None:
    assert field_of(estimate(olga, project, config(source_id=""))) == (422, "config.source_id")
    assert field_of(estimate(olga, project, config(batch_size=512))) == (422, "config.batch_size")
    assert estimate(anna, project, config()).status_code == 403
    with read_session() as session:
        assert session.scalars(select(Job)).all() == []
