"""A restore drill on the production stack: PostgreSQL, a bucket, Redis, two api processes (hazard T48)."""

from pathlib import Path

import httpx
import pytest

from tests.service.conftest import write_digits
from tests.service.drill import FEW, back_up_under_load, check_restored, image_hashes, prepare
from tests.service.oracle import Oracle
from tests.stack.stack import Stack

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_a_backup_under_load_brings_a_wiped_installation_back(stack: Stack, tmp_path: Path) -> None:
    clients = stack.clients()
    drill = prepare(Oracle(clients[0]), write_digits(stack.import_root / "few", *FEW))
    hashes = image_hashes(drill.oracle)
    before = back_up_under_load(drill, stack, clients, tmp_path / "backup")
    stack.stop()
    stack.start_empty()
    headers = drill.oracle.api.headers
    with httpx.Client(base_url=drill.oracle.api.base_url, headers=headers, timeout=60) as api:
        assert api.get("/me").status_code == 401
    stack.run("restore", str(tmp_path / "backup"), "--overwrite")
    check_restored(drill, stack, before, hashes)
