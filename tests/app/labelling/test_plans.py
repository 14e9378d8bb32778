"""How PostgreSQL finds the rows of a large step with plans that were made while its tables were small."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Connection, Engine, event

from app.core.database import read_connection
from tests.app.conftest import MEMBERS
from tests.app.labelling.test_leases import API, label, lease
from tests.app.labelling_factory import Labelling, make_labelling

pytestmark = pytest.mark.only("postgresql", "plans are PostgreSQL's")
LARGE = 3000
PLAN_IS_KEPT_AFTER = 12
"""psycopg prepares a statement at its sixth use, and PostgreSQL keeps a plan five uses later."""
READ = "SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE relname IN ('queries', 'images', 'leases')"


@pytest.fixture
def counted(engine: Engine) -> Iterator[Engine]:
    """Return the engine, of which every transaction says at its end how many rows its scans have read."""

    def count(connection: Connection) -> None:
        connection.exec_driver_sql("SELECT pg_stat_force_next_flush()")

    event.listen(engine, "begin", count)
    yield engine
    event.remove(engine, "begin", count)


def rows_scanned(engine: Engine) -> int:
    """Return how many rows sequential scans have read so far."""
    with engine.connect() as connection:
        return int(connection.exec_driver_sql(READ).scalar_one() or 0)


def work(client: TestClient, labelling: Labelling) -> None:
    """Lease, answer, take the answer back, answer, renew and release."""
    mine = lease(client, labelling, 2)
    label(client, mine[0], labelling.categories[0])
    assert client.delete(f"{API}/queries/{mine[0]}/annotation").is_success
    label(client, mine[0], labelling.categories[1])
    for action in ("renew", "release"):
        body = {"query_ids": mine}
        assert client.post(f"{API}/rounds/{labelling.round_id}/leases/{action}", json=body).is_success


def test_labelling_reads_no_large_table_from_end_to_end(
    olga: TestClient, anna: TestClient, ben: TestClient, counted: Engine
) -> None:
    small = make_labelling(members=MEMBERS, images=2 * PLAN_IS_KEPT_AFTER)
    with counted.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    for _ in range(PLAN_IS_KEPT_AFTER):
        work(anna, small)
    large = make_labelling(members=MEMBERS, images=LARGE)
    before = rows_scanned(counted)
    for _ in range(3):
        work(anna, large)
        work(ben, large)
    assert rows_scanned(counted) - before == 0


def test_other_statements_are_planned_freely(engine: Engine) -> None:
    with read_connection() as connection:
        assert connection.exec_driver_sql("SHOW enable_seqscan").scalar_one() == "on"
