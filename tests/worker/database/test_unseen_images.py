"""Images that come while a step trains: its model is asked about them, or nothing of it is saved."""

from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from app.core.models import Job, Step
from tests.worker.database.test_steps import proposal, result, rows, save, start
from worker.database import steps
from worker.database.requests import load_step


@pytest.mark.parametrize("arrives", ["pool", "test", None])
@pytest.mark.parametrize("model", [True, False])
@pytest.mark.usefixtures("categories")
def test_images_that_come_while_a_model_learns_are_predicted_by_it(
    evolution: str, make_image: Any, make_job: Any, arrives: str | None, model: bool
) -> None:
    asked, _known = make_image(), make_image("test")
    held = start(make_job, evolution)
    work = load_step(held)
    if arrives:
        make_image(arrives)
    arrays = {"probabilities": np.zeros((2, 2), np.float32)} if model else {}
    save_file(arrays, work.request.output_directory / "step.safetensors")
    save(held, work, result(proposal(asked)))
    assert [job.state for job in rows(Job, kind="predict")] == ["queued"] * bool(arrives and model)


def test_a_step_is_saved_with_the_wish_to_predict_or_not_at_all(
    evolution: str, categories: list[str], make_image: Any, make_job: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = make_image()
    held = start(make_job, evolution)
    work = load_step(held)
    make_image()
    save_file(
        {"probabilities": np.zeros((1, 2), np.float32)}, work.request.output_directory / "step.safetensors"
    )

    def killed(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(steps, "finish_in", killed)
    with pytest.raises(KeyboardInterrupt):
        save(held, work, result(proposal(asked)))
    assert (rows(Job, kind="predict"), rows(Step, state="done")) == ([], [])
