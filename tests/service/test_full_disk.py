"""A full disk below everything, the database too: what was acknowledged stays, the rest goes on later."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.service.drill import Drill, prepare, state_of
from tests.service.oracle import Oracle, digit_of
from tests.service.service import Service
from tests.worker.full_disk import MIB, fill, small_disk

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Return a disk of 64 MiB."""
    with small_disk(tmp_path / "disk", 64 * MIB) as folder:
        yield folder


@pytest.fixture
def drill(disk: Path, digits: Path) -> Iterator[tuple[Service, Drill]]:
    """Return a service whose every file is on the disk, and a round in it that asks for its first labels."""
    service = Service(disk / "data", digits, settings={"EIGENLABEL_MIN_FREE_BYTES": str(MIB)})
    service.start()
    try:
        yield service, prepare(Oracle(service.client()), digits)
    finally:
        service.stop()


def test_labels_on_a_full_disk(disk: Path, drill: tuple[Service, Drill]) -> None:
    service, made = drill
    api = made.oracle.api
    leased = made.oracle.call("POST", f"/rounds/{made.round_id}/leases", json={"count": 10})["items"]
    ballast = fill(disk)
    refused = []
    for item in leased:
        body = {"category_id": made.categories[digit_of(item["image"]["filename"])]}
        answer = api.put(f"/queries/{item['query_id']}/annotation", json=body)
        if answer.is_success:  # the database may have some room of its own left
            made.acknowledged[item["query_id"]] = body["category_id"]
        else:
            refused.append((answer.status_code, answer.json()["detail"]))
    assert set(refused) == {(507, "The disk is full.")}
    assert state_of(made)["labelled"] == len(made.acknowledged), "reading goes on"
    ballast.unlink()
    assert made.labels() == made.acknowledged
    made.oracle.play(made.round_id, 200)
    assert (state_of(made)["state"], state_of(made)["labelled"]) == ("done", 20)
    service.run("verify")
