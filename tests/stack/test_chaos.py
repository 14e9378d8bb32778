"""Rounds while parts of the production stack are killed at random (J1; invariants I2, I3, I4, I6, I7)."""

import pytest

from app.core.database import make_engine
from tests.chaos.scene import Scene
from tests.chaos.trial import Trial, struck
from tests.stack.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
KILLS, SEED = 6, 3


def test_six_kills_lose_no_label_and_change_no_selection(stack: Stack) -> None:
    engine = make_engine(stack.environment["EIGENLABEL_DATABASE_URL"])
    scene = Scene(stack.import_root, [1, 1, 1], image_size=64)
    trial = Trial(stack, stack.topology.urls, engine, scene, SEED)
    report = struck(trial, stack.targets(), KILLS)
    assert report.killed.total() == KILLS
    engine.dispose()
