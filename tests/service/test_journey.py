"""What leaves is what was shown: one journey on each database, its figures equal to the last digit."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.service.journey import Journey
from tests.service.service import Service


@pytest.fixture
def own_service(
    backend: str, digits: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Service]:
    """Return the shared service on SQLite, or one of its own on PostgreSQL."""
    if backend == "sqlite":
        yield request.getfixturevalue("service")
        return
    databases = request.getfixturevalue("postgresql_databases")
    with databases.copy() as address:
        service = Service(tmp_path / "data", digits, settings={"EIGENLABEL_DATABASE_URL": address})
        service.start()
        yield service
        service.stop()


def turned(folder: Path) -> dict[str, bytes]:
    """Return the images of `folder` turned by a few degrees: files that the service has not seen."""
    files = {}
    for path in sorted(folder.iterdir())[:5]:
        buffer = io.BytesIO()
        with Image.open(path) as image:
            image.rotate(8).save(buffer, "PNG")
        files[path.name] = buffer.getvalue()
    return files


@pytest.mark.timeout(600)
def test_what_leaves_is_what_was_shown(own_service: Service, digits: Path) -> None:
    journey = Journey.begin(own_service.client(), str(digits))
    journey.play([1, 1])
    first = journey.check()
    assert first["index"] == 2
    assert len({step["accuracy"]["top1"] for step in journey.trained_steps()}) > 1, "no step would be missed"
    journey.add_images(turned(digits / "pool" / "7"))
    assert journey.check() == first
    journey.play([1])
    assert journey.check()["labels"] == first["labels"] + 10
    journey.play([1, 1], until_step=1)
    journey.leave()
    assert journey.check()["index"] == 0
