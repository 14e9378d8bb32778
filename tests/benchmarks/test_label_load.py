"""The benchmark itself, small: what it reports is true of a service on a real socket."""

import asyncio

import pytest
from sqlalchemy import Engine, delete, func, select

from app.core.database import read_session, write_session
from app.core.models import Annotation, Query
from benchmarks.label_load import Result, percentile, report, run_level
from benchmarks.label_seed import Seeded, seed
from benchmarks.lean_client import LeanClient
from tests.app.live_server import serving

QUERIES = 60


@pytest.fixture
def seeded(engine: Engine) -> Seeded:
    return seed(engine, QUERIES, annotators=4)


def load(seeded: Seeded) -> Result:
    with serving() as port:
        return asyncio.run(run_level([("127.0.0.1", port), ("localhost", port)], seeded, seconds=20))


def test_four_annotators_label_everything_once(seeded: Seeded) -> None:
    result = load(seeded)
    assert (result.annotators, result.labels) == (4, QUERIES)
    assert (result.given_twice, result.lost, result.refused) == (0, 0, 0)
    assert 0 < result.submit_p50 <= result.submit_p95
    assert f"| 4 | {QUERIES} |" in report([result], QUERIES)
    with read_session() as session:
        assert session.scalar(select(func.count()).select_from(Annotation)) == QUERIES
        assert set(session.scalars(select(Query.state))) == {"labelled"}


def test_a_lost_label_is_counted(seeded: Seeded, monkeypatch: pytest.MonkeyPatch) -> None:
    send = LeanClient.send

    async def losing(client: LeanClient, method: str, path: str, *rest: object, key: str = "") -> object:
        if "my-annotations" in path:
            with write_session() as session:
                session.execute(delete(Annotation))
        return await send(client, method, path, *rest, key=key)

    monkeypatch.setattr(LeanClient, "send", losing)
    assert load(seeded).lost == QUERIES


def test_percentiles() -> None:
    values = [float(value) for value in range(1, 101)]
    assert percentile(values, 50) == pytest.approx(50.5)
    assert percentile(values, 95) == pytest.approx(95.95)
    assert percentile([], 95) == 0
