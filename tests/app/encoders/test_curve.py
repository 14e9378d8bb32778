"""How a pretraining goes, and having it go on after an early end."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import insert, update

from app.core.database import read_session, write_session
from app.core.models import Encoder, Job, PretrainingPoint, Source
from app.encoders.curve import MOST_POINTS
from tests.app.encoders.conftest import ask
from tests.app.labelling_factory import Labelling

Make = Callable[..., Any]
API = "/api/v1"
FIGURES = {"alignment": 0.5, "uniformity": -2.0, "learning_rate": 0.03, "images_per_second": 100.0}
CHECKPOINT = {"step": 40, "files": [{"key": "pretraining/e/1/c", "step": 40, "sha256": "a"}]}


NOTHING_MEASURED = {"knn_accuracy": None, "bcubed": None}


def add_points(encoder_id: str, count: int) -> None:
    rows = [
        {"encoder_id": encoder_id, "step": step, "steps": count, "epoch": step / 10, "loss": 1 / step}
        | FIGURES
        | {"seconds_left": float(count - step)}
        for step in range(count, 0, -1)
    ]
    with write_session() as session:
        session.execute(insert(PretrainingPoint), rows)


def end(job_id: str, encoder_id: str, state: str, **values: Any) -> None:
    with write_session() as session:
        session.execute(update(Job).where(Job.id == job_id).values(state=state, **values))
        session.execute(update(Encoder).where(Encoder.id == encoder_id).values(state=state, error="x"))


def test_points_come_in_the_order_of_their_steps(
    olga: TestClient, anna: TestClient, project: Labelling, config: Make
) -> None:
    accepted = ask(olga, project, config()).json()
    add_points(accepted["id"], 3)
    told = anna.get(f"{API}/encoders/{accepted['id']}/curve").json()
    assert [point["step"] for point in told["points"]] == [1, 2, 3]
    assert (
        told["points"][0]
        == {"step": 1, "steps": 3, "epoch": 0.1, "loss": 1.0, "seconds_left": 2.0}
        | FIGURES
        | NOTHING_MEASURED
    )
    rest = {name: told[name] for name in told if name != "points"}
    assert rest == {"job_id": accepted["job_id"], "checkpoint_step": None, "resumable": False}


@pytest.mark.parametrize("count", [MOST_POINTS, MOST_POINTS + 1, 3456])
def test_of_many_points_an_even_choice_with_the_last_is_shown(
    olga: TestClient, make_pretrained: Make, count: int
) -> None:
    encoder_id = make_pretrained()
    add_points(encoder_id, count)
    shown = olga.get(f"{API}/encoders/{encoder_id}/curve").json()["points"]
    steps = [point["step"] for point in shown]
    assert (steps[0], steps[-1]) == (1, count)
    assert MOST_POINTS / 2 < len(steps) <= MOST_POINTS + 1
    assert len({after - before for before, after in pairwise(steps[:-1])}) == 1


def test_points_that_say_how_well_classes_separate_are_never_thinned_out(
    olga: TestClient, make_pretrained: Make
) -> None:
    encoder_id = make_pretrained()
    add_points(encoder_id, 3456)
    measured = {2, 1001, 3456}
    with write_session() as session:
        session.execute(
            update(PretrainingPoint)
            .where(PretrainingPoint.step.in_(measured))
            .values(knn_accuracy=0.5, bcubed=0.25)
        )
    shown = olga.get(f"{API}/encoders/{encoder_id}/curve").json()["points"]
    found = {point["step"]: (point["knn_accuracy"], point["bcubed"]) for point in shown}
    assert {step: found[step] for step in measured} == dict.fromkeys(measured, (0.5, 0.25))
    assert [step for step, figures in found.items() if figures != (None, None)] == sorted(measured)


def test_an_encoder_from_elsewhere_has_no_curve(olga: TestClient, project: Labelling) -> None:
    told = olga.get(f"{API}/encoders/{project.encoder_id}/curve").json()
    assert told == {"points": [], "job_id": None, "checkpoint_step": None, "resumable": False}
    assert olga.post(f"{API}/encoders/{project.encoder_id}/resume").status_code == 409


@pytest.mark.parametrize("state", ["failed", "cancelled"])
@pytest.mark.parametrize("checkpoint", [CHECKPOINT, None])
def test_a_pretraining_that_ended_early_goes_on_in_a_new_job(
    olga: TestClient, project: Labelling, config: Make, state: str, checkpoint: dict[str, Any] | None
) -> None:
    accepted = ask(olga, project, config()).json()
    path = f"{API}/encoders/{accepted['id']}"
    assert olga.post(f"{path}/resume").status_code == 409, "it has not ended"
    end(accepted["job_id"], accepted["id"], state, checkpoint=checkpoint, epoch=4, attempts=3)
    told = olga.get(f"{path}/curve").json()
    assert (told["resumable"], told["checkpoint_step"]) == (True, checkpoint and 40)
    resumed = olga.post(f"{path}/resume")
    assert resumed.status_code == 202
    assert resumed.json()["id"] == accepted["id"]
    with read_session() as session:
        job, first = session.get_one(Job, resumed.json()["job_id"]), session.get_one(Job, accepted["job_id"])
    assert (job.state, job.params, job.checkpoint) == ("queued", first.params, checkpoint)
    assert (job.epoch, job.attempts) == (4, 0), "no claim of its runs has the epoch of another"
    shown = olga.get(path).json()
    assert (shown["state"], shown["error"]) == ("pending", None)
    assert olga.get(f"{path}/curve").json()["job_id"] == job.id
    assert olga.post(f"{path}/resume").status_code == 409


def test_an_annotator_resumes_nothing(anna: TestClient, make_pretrained: Make) -> None:
    assert anna.post(f"{API}/encoders/{make_pretrained('failed')}/resume").status_code == 403


def test_without_its_source_it_does_not_go_on(
    olga: TestClient, project: Labelling, config: Make, source: str
) -> None:
    accepted = ask(olga, project, config()).json()
    end(accepted["job_id"], accepted["id"], "failed")
    with write_session() as session:
        session.delete(session.get_one(Source, source))
    refused = olga.post(f"{API}/encoders/{accepted['id']}/resume")
    assert (refused.status_code, refused.json()["detail"]) == (409, "Its source has been deleted.")
    assert olga.get(f"{API}/encoders/{accepted['id']}").json()["state"] == "failed"
