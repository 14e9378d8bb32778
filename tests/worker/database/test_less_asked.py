"""Why a round asks for less than planned, in words."""

from collections.abc import Callable
from typing import Any

from app.core.models import Round
from tests.worker.conftest import get
from tests.worker.database.test_steps import label, proposal, result, save, start
from worker.database.requests import load_step


def test_a_round_that_asks_nothing_says_why(
    project: str, evolution: str, categories: list[str], make_image: Callable[..., str], make_job: Any
) -> None:
    label(project, make_image(), categories[0])
    held = start(make_job, evolution)
    why = "no unlabelled image is left in the pool"
    save(held, load_step(held), result(short=why))
    row = get(Round, evolution)
    assert (row.state, row.budget, row.message) == ("done", 0, f"Step 1 asks for nothing: {why}.")


def test_a_round_that_asks_for_less_says_why(
    project: str, evolution: str, categories: list[str], make_image: Callable[..., str], make_job: Any
) -> None:
    asked = make_image()
    held = start(make_job, evolution)
    why = "only 1 unlabelled image is left in the pool"
    save(held, load_step(held), result(proposal(asked), short=why))
    assert get(Round, evolution).message == f"Step 1 asks for 1 of 2 labels: {why}."
