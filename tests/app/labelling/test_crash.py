"""T46 and T47: the process is killed while labels stream in; another process holds the database."""

import asyncio
from collections.abc import Iterator
from multiprocessing.context import ForkServerProcess

import pytest
from sqlalchemy import Engine, select

from app.core.database import read_connection, write_connection
from app.core.models import Annotation, Step
from benchmarks.label_seed import Seeded, seed
from benchmarks.lean_client import LeanClient
from tests.app.api_process import api_process

QUERIES = 200
ANNOTATORS = 8


@pytest.fixture
def seeded(engine: Engine) -> Seeded:
    return seed(engine, QUERIES, ANNOTATORS)


@pytest.fixture
def api(seeded: Seeded) -> Iterator[tuple[ForkServerProcess, int]]:
    """Serve the database from a process of its own; yield it and its port."""
    with api_process() as started:
        yield started


async def annotate(port: int, seeded: Seeded, number: int, acknowledged: dict[str, str]) -> None:
    """Label until nothing is left or the service is gone; keep what was acknowledged."""
    client = LeanClient("127.0.0.1", port, seeded.tokens[number])
    category = seeded.category_ids[number]
    try:
        await client.connect()
        while True:
            _, leased = await client.send("POST", f"/rounds/{seeded.round_id}/leases", {"count": 5})
            if not leased["items"]:
                return
            for item in leased["items"]:
                path = f"/queries/{item['query_id']}/annotation"
                status, _ = await client.send("PUT", path, {"category_id": category})
                if status == 200:
                    acknowledged[item["query_id"]] = category
    except (ConnectionError, asyncio.IncompleteReadError):
        return
    finally:
        client.close()


def stored() -> dict[str, list[str]]:
    """Return the categories of each query's standing labels."""
    statement = select(Annotation.query_id, Annotation.category_id).where(Annotation.superseded_at.is_(None))
    found: dict[str, list[str]] = {}
    with read_connection() as connection:
        for query_id, category_id in connection.execute(statement):
            found.setdefault(query_id, []).append(category_id)
    return found


@pytest.mark.parametrize("after", [10, 100])
def test_every_acknowledged_label_survives_a_kill(
    seeded: Seeded, api: tuple[ForkServerProcess, int], after: int
) -> None:
    process, port = api
    acknowledged: dict[str, str] = {}

    async def kill() -> None:
        while len(acknowledged) < after:
            await asyncio.sleep(0)
        process.kill()

    async def run() -> None:
        people = (annotate(port, seeded, number, acknowledged) for number in range(ANNOTATORS))
        await asyncio.gather(kill(), *people)

    asyncio.run(asyncio.wait_for(run(), 60))
    process.join()
    assert after <= len(acknowledged) < QUERIES
    kept = stored()
    assert {query_id: kept.get(query_id) for query_id in acknowledged} == {
        query_id: [category] for query_id, category in acknowledged.items()
    }
    assert len(kept) <= len(acknowledged) + ANNOTATORS


def test_labels_wait_for_another_processs_transaction(
    seeded: Seeded, api: tuple[ForkServerProcess, int]
) -> None:
    acknowledged: dict[str, str] = {}

    async def hold(seconds: float) -> None:
        with write_connection() as connection:
            if connection.dialect.name != "sqlite":
                connection.execute(select(Step.id).with_for_update())
            await asyncio.sleep(seconds)

    async def run() -> None:
        people = (annotate(api[1], seeded, number, acknowledged) for number in range(2))
        await asyncio.gather(hold(4), *people)

    asyncio.run(asyncio.wait_for(run(), 60))
    assert len(acknowledged) == QUERIES
    assert stored() == {query_id: [category] for query_id, category in acknowledged.items()}
