"""Rounds while parts of the production stack are killed at random (J1; invariants I2, I3, I4, I6, I7)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.database import make_engine
from tests.chaos.scene import Scene
from tests.chaos.trial import PATIENT, Trial, struck
from tests.servers.ports import four_free_ports
from tests.service.conftest import POOL_PER_DIGIT, TEST_PER_DIGIT, write_digits
from tests.stack.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
KILLS, SEED = 6, 3


@pytest.fixture
def patient_stack(tmp_path: Path) -> Iterator[Stack]:
    """Return a stack of its own, in which a job may be begun again as often as it takes."""
    digits = write_digits(tmp_path / "digits", POOL_PER_DIGIT, TEST_PER_DIGIT)
    stack = Stack(digits, four_free_ports(), PATIENT)
    try:
        stack.start()
        yield stack
    finally:
        stack.remove()


def test_six_kills_lose_no_label_and_change_no_selection(patient_stack: Stack) -> None:
    engine = make_engine(patient_stack.environment["EIGENLABEL_DATABASE_URL"])
    scene = Scene(patient_stack.import_root, [1, 1, 1], image_size=64)
    trial = Trial(patient_stack, patient_stack.topology.urls, engine, scene, SEED)
    report = struck(trial, patient_stack.targets(), KILLS)
    assert report.killed.total() == KILLS
    engine.dispose()
