"""Rounds while parts of `eigenlabel serve` are killed at random (J1; invariants I2, I3, I4, I6, I7)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.database import make_engine
from tests.chaos.scene import Scene
from tests.chaos.trial import PATIENT, Trial, struck
from tests.service.service import Service

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]
KILLS, SEED = 6, 5


@pytest.fixture
def service(tmp_path: Path, digits: Path) -> Iterator[Service]:
    """Return a service of its own, in which a job may be begun again as often as it takes."""
    service = Service(tmp_path / "data", digits, settings=PATIENT)
    service.start()
    yield service
    service.stop()


def test_six_kills_lose_no_label_and_change_no_selection(service: Service, digits: Path) -> None:
    engine = make_engine(f"sqlite:///{service.data / 'eigenlabel.sqlite3'}")
    trial = Trial(service, [service.url], engine, Scene(digits, [1, 1, 1], image_size=64), SEED)
    report = struck(trial, service.targets(), KILLS)
    assert report.killed.total() == KILLS
    engine.dispose()
