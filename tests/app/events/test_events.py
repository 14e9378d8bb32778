import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, select, update

from app.core.database import write_session
from app.core.models import ApiToken, Job, Membership, Project, Round, User
from app.core.security import token_hash
from app.deps import Credentials
from app.events import streams
from app.events.snapshots import Snapshot, Topic, read_snapshots
from tests.app.jobs.test_jobs import add_job
from tests.app.labelling_factory import Labelling

API = "/api/v1"
SOON = 5.0


@pytest.fixture(autouse=True)
def _poll_fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "POLL_SECONDS", 0.01)


def listener(client: TestClient, labelling: Labelling, version: str | None = None) -> Any:
    topic = Topic("project", labelling.project_id, labelling.project_id)
    return streams.feed().listen(topic, credentials(client), version)


def credentials(client: TestClient) -> Credentials:
    return Credentials(token_hash(client.headers["Authorization"].removeprefix("Bearer ")), cookie=False)


def change(statement: Any) -> None:
    with write_session() as session:
        session.execute(statement, execution_options={"synchronize_session": False})


async def following(stream: AsyncIterator[Snapshot]) -> dict[str, Any]:
    snapshot = await asyncio.wait_for(anext(stream), SOON)
    return json.loads(snapshot.data)


async def ended(stream: AsyncIterator[Snapshot]) -> bool:
    return await asyncio.wait_for(anext(stream, None), SOON) is None


def test_a_stream_says_what_is_and_what_changes(anna: TestClient, labelling: Labelling) -> None:
    async def run() -> None:
        stream = listener(anna, labelling)
        first = await following(stream)
        assert (first["round"]["state"], first["round"]["outstanding"], first["jobs"]) == ("labelling", 3, [])
        change(update(Round).values(state="finetuning"))
        assert (await following(stream))["round"]["state"] == "finetuning"
        job_id = add_job(labelling, state="running", progress=0.5, result={"items": ["long"]})
        (job,) = (await following(stream))["jobs"]
        assert (job["id"], job["progress"], job["result"]) == (job_id, 0.5, None)
        await stream.aclose()

    asyncio.run(run())


def test_a_stream_tells_of_categories_and_of_who_paused(
    olga: TestClient, anna: TestClient, labelling: Labelling
) -> None:
    async def run() -> None:
        stream = listener(anna, labelling)
        versions = [(await following(stream))["categories"]]
        url = f"{API}/categories/{labelling.categories[0]}"
        olga.patch(url, json={"name": "Cat"})
        versions.append((await following(stream))["categories"])
        olga.post(f"{API}/projects/{labelling.project_id}/categories", json={"name": "Dog"})
        versions.append((await following(stream))["categories"])
        olga.delete(url)
        versions.append((await following(stream))["categories"])
        assert len(set(versions)) == 4
        for what, state in (("pause", "paused"), ("resume", "labelling"), ("cancel", "cancelled")):
            olga.post(f"{API}/rounds/{labelling.round_id}/{what}")
            told = await following(stream)
            assert (told["round"]["state"], told["round"]["changed_by"]) == (state, "olga")
            assert told["categories"] == versions[-1]
        await stream.aclose()

    asyncio.run(run())


def test_a_reconnecting_stream_is_told_only_news(anna: TestClient, labelling: Labelling) -> None:
    async def run() -> None:
        stream = listener(anna, labelling)
        version = (await asyncio.wait_for(anext(stream), SOON)).version
        again = listener(anna, labelling, version)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(anext(again), 0.2)
        await stream.aclose()

    asyncio.run(run())


def test_a_quiet_stream_repeats_itself_now_and_then(
    anna: TestClient, labelling: Labelling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "BEAT_SECONDS", 0.05)

    async def run() -> None:
        stream = listener(anna, labelling)
        heard = [await asyncio.wait_for(anext(stream), SOON) for _ in range(3)]
        assert len({snapshot.version for snapshot in heard}) == 1
        again = listener(anna, labelling, heard[0].version)
        assert (await asyncio.wait_for(anext(again), SOON)).version == heard[0].version
        await stream.aclose()
        await again.aclose()

    asyncio.run(run())


def test_whoever_joins_is_told_without_waiting_for_the_next_poll(
    anna: TestClient, labelling: Labelling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "POLL_SECONDS", 600)

    async def run() -> None:
        first = listener(anna, labelling)
        await following(first)
        streams = [listener(anna, labelling) for _ in range(25)]
        shown = await asyncio.gather(*map(following, streams))
        assert {each["round"]["state"] for each in shown} == {"labelling"}
        for stream in (first, *streams):
            await stream.aclose()

    asyncio.run(run())


def test_a_poll_that_fails_ends_no_stream(
    anna: TestClient, labelling: Labelling, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def run() -> None:
        stream = listener(anna, labelling)
        await following(stream)
        monkeypatch.setattr(streams, "read_snapshots", broken)
        change(update(Round).values(state="finetuning"))
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.shield(waiting := asyncio.ensure_future(following(stream))), 0.2)
        monkeypatch.setattr(streams, "read_snapshots", read_snapshots)
        assert (await waiting)["round"]["state"] == "finetuning"
        await stream.aclose()

    def broken(_pairs: object) -> None:
        raise OSError("no database")

    asyncio.run(run())


def test_the_poller_rests_in_proportion_to_what_it_reads(
    anna: TestClient, labelling: Labelling, monkeypatch: pytest.MonkeyPatch
) -> None:
    polls: list[float] = []

    def slow(pairs: Any) -> Any:
        polls.append(time.monotonic())
        began = time.thread_time()
        while time.thread_time() - began < 0.05:
            pass
        return read_snapshots(pairs)

    monkeypatch.setattr(streams, "read_snapshots", slow)

    async def run() -> None:
        stream = listener(anna, labelling)
        await following(stream)
        while len(polls) < 3:
            await asyncio.sleep(0.01)
        await stream.aclose()

    asyncio.run(run())
    assert min(later - earlier for earlier, later in pairwise(polls)) >= 0.5, "and not a hundredth"


def test_no_reading_outlives_the_loop_of_its_poller(
    anna: TestClient, labelling: Labelling, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, loop_closed, ended = threading.Event(), threading.Event(), threading.Event()

    def slow(pairs: Any) -> Any:
        began.set()
        loop_closed.wait(0.3)
        reading = read_snapshots(pairs)
        ended.set()
        return reading

    async def run() -> None:
        stream = listener(anna, labelling)
        await following(stream)
        monkeypatch.setattr(streams, "read_snapshots", slow)
        while not began.is_set():
            await asyncio.sleep(0.01)
        await stream.aclose()

    asyncio.run(run())
    in_time = ended.is_set()
    loop_closed.set()
    assert ended.wait(SOON)
    assert in_time, "whoever closes the loop may remove the database"


def test_a_job_of_no_project_is_followed_by_its_starter_alone(anna: TestClient, ben: TestClient) -> None:
    with write_session() as session:
        starter = session.scalars(select(User.id).where(User.name == "anna")).one()
        job = Job(kind="source", queue="cpu", params={"source_id": "s"}, created_by=starter)
        session.add(job)
        session.flush()
    topic = Topic("job", job.id, None)

    async def run() -> None:
        stream = streams.feed().listen(topic, credentials(anna), None)
        assert (await following(stream))["kind"] == "source"
        await stream.aclose()
        assert await ended(streams.feed().listen(topic, credentials(ben), None))

    asyncio.run(run())
    assert ben.get(f"{API}/jobs/{job.id}/events").status_code == 404


def test_ended_jobs_give_way_to_those_under_way(anna: TestClient, labelling: Labelling) -> None:
    under_way = add_job(labelling)
    for _ in range(12):
        add_job(labelling, state="done")

    async def run() -> list[str]:
        stream = listener(anna, labelling)
        shown = await following(stream)
        await stream.aclose()
        return [job["id"] for job in shown["jobs"]]

    shown = asyncio.run(run())
    assert len(shown) == 10
    assert under_way in shown


@pytest.mark.parametrize(
    "lose_access",
    [lambda: delete(Membership), lambda: delete(ApiToken), lambda: delete(Project)],
    ids=["membership", "token", "project"],
)
def test_a_stream_ends_with_the_access_to_it(
    anna: TestClient, labelling: Labelling, lose_access: Callable[[], Any]
) -> None:
    async def run() -> None:
        stream = listener(anna, labelling)
        await following(stream)
        change(lose_access())
        assert await ended(stream)

    asyncio.run(run())


def test_the_poller_rests_when_nobody_listens(anna: TestClient, labelling: Labelling) -> None:
    async def run() -> None:
        listening = [listener(anna, labelling) for _ in range(3)]
        for stream in listening:
            await following(stream)
        feed = streams.feed()
        assert len(feed.listeners) == 3
        for stream in listening:
            assert feed.poller is not None
            await stream.aclose()
        assert feed.poller is None

    asyncio.run(run())


def test_a_jobs_stream_ends_with_the_job(anna: TestClient, labelling: Labelling) -> None:
    job_id = add_job(labelling, state="done", result={"created": 2})
    answer = anna.get(f"{API}/jobs/{job_id}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    lines = dict(line.split(": ", 1) for line in answer.text.strip().splitlines())
    assert json.loads(lines["data"])["result"] == {"created": 2}
    assert lines["id"]


def test_strangers_hear_nothing(sign_in: Callable[..., TestClient], labelling: Labelling) -> None:
    stranger = sign_in("mallory")
    job_id = add_job(labelling, state="done")
    assert stranger.get(f"{API}/projects/{labelling.project_id}/events").status_code == 404
    assert stranger.get(f"{API}/jobs/{job_id}/events").status_code == 404
    del stranger.headers["Authorization"]
    assert stranger.get(f"{API}/jobs/{job_id}/events").status_code == 401
    with write_session() as session:
        assert session.get(Job, job_id) is not None
