"""T42, T44 and T52 where they are hardest: two api processes on one PostgreSQL, asked by real threads."""

import random
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from sqlalchemy import Engine, select

from app.core.database import now, read_session, write_session
from app.core.models import Annotation, ApiToken, Lease, Query
from app.core.security import new_token, token_hash
from tests.app.api_process import api_process
from tests.app.at_once import at_once
from tests.app.labelling_factory import (
    Labelling,
    add_round,
    kept_answers,
    make_labelling,
    make_project,
    round_jobs,
)

pytestmark = pytest.mark.only("postgresql", "SQLite has one api process")
ANNOTATORS = 20
ASKS = 50
QUERIES = 300


@pytest.fixture
def ports(engine: Engine) -> Iterator[list[int]]:
    """Return the ports of two api processes."""
    with ExitStack() as stack:
        yield [stack.enter_context(api_process())[1] for _ in range(2)]


def sign_in(port: int, user_id: str) -> httpx.Client:
    """Return a client of one process, with a new token of the user."""
    token = new_token("el")
    with write_session() as session:
        session.add(ApiToken(user_id=user_id, name="test", token_hash=token_hash(token)))
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", headers=headers, timeout=60)


def put(client: httpx.Client, query_id: str, category_id: str) -> int:
    """Return the status of labelling a query."""
    path = f"/queries/{query_id}/annotation"
    return client.put(path, json={"category_id": category_id}).status_code


def work(client: httpx.Client, made: Labelling, seed: int) -> tuple[list[str], list[str]]:
    """Ask for images again and again, label some of them; return (handed out, labelled)."""
    chance = random.Random(seed)
    handed_out: list[str] = []
    labelled: list[str] = []
    for _ in range(ASKS):
        answer = client.post(f"/rounds/{made.round_id}/leases", json={"count": chance.randint(1, 3)})
        query_ids = [item["query_id"] for item in answer.json()["items"]]
        handed_out += [query_id for query_id in query_ids if query_id not in handed_out]
        for query_id in query_ids[: chance.randint(0, 2)]:
            assert put(client, query_id, made.categories[0]) == 200
            labelled.append(query_id)
    return handed_out, labelled


def test_twenty_annotators_who_ask_a_thousand_times(ports: list[int]) -> None:
    names = [f"annotator{number}" for number in range(ANNOTATORS)]
    made = make_labelling(members=dict.fromkeys(names, "annotator"), images=QUERIES)
    clients = [sign_in(ports[number % 2], name) for number, name in enumerate(names)]
    results = at_once(
        lambda client=client, number=number: work(client, made, number)
        for number, client in enumerate(clients)
    )
    handed_out = [query_id for given, _ in results for query_id in given]
    labelled = [query_id for _, done in results for query_id in done]
    assert len(handed_out) == len(set(handed_out)), "an image was given to two"
    assert len(labelled) == len(set(labelled)) > QUERIES / 2
    with read_session() as session:
        states = {row.id: row.state for row in session.execute(select(Query.id, Query.state))}
        reserved = set(session.scalars(select(Lease.query_id).where(Lease.expires_at > now())))
        stored = list(session.scalars(select(Annotation.query_id)))
    assert sorted(stored) == sorted(labelled)
    assert {query_id for query_id, state in states.items() if state == "labelled"} == set(labelled)
    assert reserved.isdisjoint(labelled)
    assert len(labelled) + len(reserved) <= QUERIES


def test_the_last_two_labels_at_the_same_instant_start_the_model_once(ports: list[int]) -> None:
    made = make_project(members={"anna": "owner", "ben": "annotator"}, images=2, spare=0)
    people = [sign_in(port, name) for port, name in zip(ports, ["anna", "ben"], strict=True)]
    for _ in range(200):
        add_round(made)
        answers = at_once(
            lambda client=client, query_id=query_id: put(client, query_id, made.categories[0])
            for client, query_id in zip(people, made.queries, strict=True)
        )
        assert answers == [200, 200]
        assert round_jobs(made) == [("round_advance", 1, "queued")]


def test_of_two_labels_for_one_slot_one_stands_and_the_other_is_kept(ports: list[int]) -> None:
    made = make_labelling(members={"anna": "owner", "ben": "annotator"}, images=40)
    people = [sign_in(port, name) for port, name in zip(ports, ["anna", "ben"], strict=True)]
    for query_id in made.queries:
        answers = at_once(
            lambda client=client, category=category, query_id=query_id: put(client, query_id, category)
            for client, category in zip(people, made.categories, strict=True)
        )
        assert sorted(answers) == [200, 409]
        standing = made.categories[answers.index(200)]
        late = made.categories[answers.index(409)]
        assert sorted(kept_answers(query_id)) == sorted([(standing, 0, True), (late, None, False)], key=str)


def test_steps_of_two_rounds_do_not_wait_for_each_other_for_ever(ports: list[int]) -> None:
    members = {"anna": "owner", "ben": "annotator"}
    rounds = [make_labelling(members=members, images=40) for _ in range(2)]
    people = [sign_in(port, name) for port in ports for name in members]

    def alternate(client: httpx.Client, start: int) -> list[int]:
        return [
            put(client, rounds[(start + turn) % 2].queries[turn], rounds[(start + turn) % 2].categories[0])
            for turn in range(40)
        ]

    answers = at_once(
        lambda client=client, start=start: alternate(client, start) for start, client in enumerate(people)
    )
    assert {status for statuses in answers for status in statuses} <= {200, 409}
    states = []
    with read_session() as session:
        for made in rounds:
            statement = select(Query.state).where(Query.round_id == made.round_id)
            states.append(set(session.scalars(statement)))
    assert states == [{"labelled"}, {"labelled"}]
