"""A restore drill on one machine: SQLite, files, the embedded queue (hazard T48)."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.service.conftest import write_digits
from tests.service.drill import FEW, back_up_under_load, check_restored, image_hashes, prepare
from tests.service.oracle import Oracle
from tests.service.service import Service, wait_until


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_backup_under_load_brings_a_wiped_installation_back(
    make_service: Callable[[], Service], digits: Path, tmp_path: Path
) -> None:
    service = make_service()
    oracle = Oracle(service.client())
    drill = prepare(oracle, write_digits(digits / "few", *FEW))
    hashes = image_hashes(oracle)
    before = back_up_under_load(drill, service, [service.client() for _ in range(3)], tmp_path / "backup")
    service.stop()
    wait_until(lambda: not service.pids(), 20)
    shutil.rmtree(service.data)
    service.run("restore", str(tmp_path / "backup"))
    service.start()
    check_restored(drill, service, before, hashes)
