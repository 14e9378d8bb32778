"""T42 and T52 on SQLite: many threads with a transaction each, as several processes would have them."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, select, update

from app.core.database import now, read_session, write_connection
from app.core.models import Lease, Query
from app.labelling.leases import take
from app.labelling.records import Target
from app.labelling.schemas import Answer
from app.labelling.submit import submit
from tests.app.labelling.test_labels import put
from tests.app.labelling_factory import Labelling, add_round, make_labelling, make_project, round_jobs

ANNOTATORS = 20
QUERIES = 300
ASKS = 50


def target(made: Labelling, user_id: str, query_id: str) -> Target:
    image_id = made.images[made.queries.index(query_id)]
    return Target(user_id, query_id, image_id, made.step_id, made.round_id, made.project_id)


def work(made: Labelling, user_id: str, start: threading.Barrier) -> tuple[list[str], list[str]]:
    """Ask for images again and again, label two of three; return (handed out, labelled)."""
    handed_out: list[str] = []
    labelled: list[str] = []
    start.wait()
    for number in range(ASKS):
        with write_connection() as connection:
            rows = take(connection, user_id, [made.step_id], 1 + number % 3)
        fresh = [row.id for row in rows if row.id not in handed_out]
        handed_out += fresh
        for row in rows[: number % 3]:
            with write_connection() as connection:
                answer = Answer(category_id=made.categories[0])
                outcome = submit(connection, target(made, user_id, row.id), answer)
            assert outcome.annotation is not None
            labelled.append(row.id)
    return handed_out, labelled


def test_no_image_is_given_to_two(engine: Engine) -> None:
    names = [f"annotator{number}" for number in range(ANNOTATORS)]
    members = dict.fromkeys(names, "annotator")
    made = make_labelling(members=members, images=QUERIES)
    start = threading.Barrier(ANNOTATORS)
    with ThreadPoolExecutor(ANNOTATORS) as pool:
        results = list(pool.map(lambda name: work(made, name, start), names))
    handed_out = [query_id for given, _ in results for query_id in given]
    labelled = [query_id for _, done in results for query_id in done]
    assert len(handed_out) == len(set(handed_out))
    assert len(labelled) == len(set(labelled)) > QUERIES / 2
    with read_session() as session:
        states = {row.id: row.state for row in session.execute(select(Query.id, Query.state))}
        reserved = set(session.scalars(select(Lease.query_id).where(Lease.expires_at > now())))
    assert {query_id for query_id, state in states.items() if state == "labelled"} == set(labelled)
    assert reserved.isdisjoint(labelled)
    assert len(labelled) + len(reserved) <= QUERIES


def test_expired_leases_go_to_one_annotator_each(engine: Engine) -> None:
    members = {"anna": "annotator", "ben": "annotator", "cleo": "annotator"}
    made = make_labelling(members=members, images=30)
    with write_connection() as connection:
        take(connection, "cleo", [made.step_id], 30)
        connection.execute(update(Lease).values(expires_at=now() - timedelta(seconds=1)))
    start = threading.Barrier(2)

    def ask(name: str) -> list[str]:
        start.wait()
        found: list[str] = []
        for _ in range(5):
            with write_connection() as connection:
                found += [row.id for row in take(connection, name, [made.step_id], len(found) // 2 + 3)]
        return found

    with ThreadPoolExecutor(2) as pool:
        anna, ben = (set(found) for found in pool.map(ask, ["anna", "ben"]))
    assert anna
    assert ben
    assert anna.isdisjoint(ben)


@pytest.fixture
def both_at_once() -> Iterator[Callable[[list[Callable[[], object]]], list[object]]]:
    """Return a function that runs two calls in two threads at the same instant."""
    with ThreadPoolExecutor(2) as pool:
        start = threading.Barrier(2)

        def one(call: Callable[[], object]) -> object:
            start.wait()
            return call()

        yield lambda calls: list(pool.map(one, calls))


def test_two_last_labels_start_the_model_once(
    anna: TestClient,
    ben: TestClient,
    both_at_once: Callable[[list[Callable[[], object]]], list[object]],
) -> None:
    made = make_project(members={"anna": "owner", "ben": "annotator"}, images=2, spare=0)
    for _ in range(200):
        add_round(made)
        one, other = made.queries
        answers = both_at_once([
            lambda query_id=one: put(anna, query_id, category_id=made.categories[0]).status_code,
            lambda query_id=other: put(ben, query_id, category_id=made.categories[1]).status_code,
        ])  # fmt: skip
        assert answers == [200, 200]
        assert round_jobs(made) == [("round_advance", 1, "queued")]


def test_two_annotators_on_one_slot(
    anna: TestClient,
    ben: TestClient,
    both_at_once: Callable[[list[Callable[[], object]]], list[object]],
) -> None:
    made = make_labelling(members={"anna": "owner", "ben": "annotator"}, images=40)
    for query_id in made.queries:
        answers = both_at_once([
            lambda query_id=query_id: put(anna, query_id, category_id=made.categories[0]).status_code,
            lambda query_id=query_id: put(ben, query_id, category_id=made.categories[1]).status_code,
        ])  # fmt: skip
        assert sorted(answers) == [200, 409]
