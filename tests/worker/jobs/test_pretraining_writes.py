"""The curve and the checkpoints of a pretraining: only who holds the job writes them."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.core.database import read_session, write_session
from app.core.models import Encoder, Job, PretrainingPoint
from app.core.storage import get_storage
from ml.messages import Checkpoint, PretrainPoint
from tests.worker.conftest import add, change, get
from worker.database.claims import Claim, LostClaimError, claim
from worker.database.pretraining import rewind_curve, save_checkpoint, save_points
from worker.database.requests import output_directory


@pytest.fixture
def held(project: str, make_job: Callable[..., str]) -> Claim:
    """Return the claim of a pretraining."""
    encoder = add(Encoder(project_id=project, name="TUP", kind="pretrain", config={}))
    claimed = claim(make_job("pretrain", "pretrain", params={"encoder_id": encoder}))
    assert claimed is not None
    return claimed


def point(step: int, loss: float = 1.0, **changes: float) -> PretrainPoint:
    rates = {"learning_rate": 0.03, "images_per_second": 9.0, "seconds_left": 1.0}
    figures = {"epoch": 0.5, "loss": loss, "alignment": 0.5, "uniformity": -2.0} | rates | changes
    return PretrainPoint.model_validate({"step": step, "steps": 1000} | figures)


def stored() -> dict[int, float]:
    """Return the loss at each step."""
    statement = select(PretrainingPoint.step, PretrainingPoint.loss).order_by(PretrainingPoint.step)
    with read_session() as session:
        return dict(session.execute(statement).all())


def put_checkpoint(held: Claim, step: int) -> None:
    file = output_directory(held) / f"c{step}"
    file.write_bytes(b"state")
    save_checkpoint(held, file, Checkpoint(name=file.name, step=step, sha256="0"))


def test_who_has_lost_the_job_writes_neither_points_nor_checkpoints(held: Claim) -> None:
    put_checkpoint(held, 5)
    save_points(held, [point(3), point(7)])
    change(Job, held.fence.job_id, epoch=2, attempts=2)
    for write in (
        lambda: save_points(held, [point(9)]),
        lambda: put_checkpoint(held, 10),
        lambda: rewind_curve(held),
    ):
        with pytest.raises(LostClaimError):
            write()
    job = get(Job, held.fence.job_id)
    assert (job.attempts, job.checkpoint["step"]) == (2, 5)
    assert sorted(stored()) == [3, 7]
    folder = get_storage().local_path(f"pretraining/{held.params['encoder_id']}")
    assert [path.name for path in folder.rglob("c*")] == ["c5"]


def test_going_on_forgets_the_points_after_the_checkpoint(held: Claim) -> None:
    put_checkpoint(held, 5)
    save_points(held, [point(3), point(5), point(7)])
    rewind_curve(held)
    assert sorted(stored()) == [3, 5]


def test_the_newest_two_checkpoints_are_kept_also_after_going_back(held: Claim) -> None:
    for step in (5, 10, 15):
        put_checkpoint(held, step)
    put_checkpoint(held, 12)  # 15 was damaged: the run went on from 10
    checkpoint = get(Job, held.fence.job_id).checkpoint
    assert (checkpoint["step"], [file["step"] for file in checkpoint["files"]]) == (12, [12, 10])


def test_points_without_figures_are_left_out(held: Claim) -> None:
    save_points(held, [point(1), point(2, uniformity=float("-inf")), point(3, loss=float("nan"))])
    save_points(held, [point(4, alignment=float("nan"))])
    assert stored() == {1: 1.0}


BATCHES = st.lists(st.lists(st.integers(1, 40), min_size=1, max_size=6, unique=True).map(sorted), max_size=6)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=BATCHES)
def test_of_steps_that_are_done_again_only_the_last_time_counts(
    held: Claim, batches: list[list[int]]
) -> None:
    with write_session() as session:
        session.execute(delete(PretrainingPoint))
    expected: dict[int, float] = {}
    for turn, steps in enumerate(batches):
        save_points(held, [point(step, loss=float(turn)) for step in steps])
        expected = {step: loss for step, loss in expected.items() if step < steps[0]}
        expected |= dict.fromkeys(steps, float(turn))
    assert stored() == expected


def test_a_point_keeps_what_was_measured_where_it_was(held: Claim) -> None:
    save_points(held, [point(1), point(2, knn_accuracy=0.5, bcubed=0.25)])
    save_points(held, [point(3, knn_accuracy=float("nan"))])
    statement = select(PretrainingPoint.step, PretrainingPoint.knn_accuracy, PretrainingPoint.bcubed)
    with read_session() as session:
        found = session.execute(statement.order_by(PretrainingPoint.step)).all()
    assert [tuple(row) for row in found] == [(1, None, None), (2, 0.5, 0.25)]
