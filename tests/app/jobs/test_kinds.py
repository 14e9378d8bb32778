"""One table of kinds: what the schema names, figures count and workers do follows it."""

import pytest
from fastapi.testclient import TestClient

from app.core.database import write_session
from app.core.models import Encoder, Job, Source
from app.core.queues import QUEUES
from app.jobs.kinds import KINDS, queue_of, title_of
from tests.app.labelling_factory import Labelling
from worker.jobs.handlers import HANDLERS

API = "/api/v1"


def test_every_kind_has_a_queue_that_workers_serve_and_words() -> None:
    assert {queue_of(kind) for kind in KINDS} == set(QUEUES)
    assert all(title_of(kind, None)[0].isupper() for kind in KINDS)
    assert title_of("round_advance", 3) == "Learning from step 3"


def test_every_kind_is_done_by_a_function_of_its_own_name() -> None:
    assert HANDLERS.keys() == KINDS.keys()
    assert {kind: HANDLERS[kind].__name__ for kind in KINDS} == {
        kind: row.handler.partition(".")[2] for kind, row in KINDS.items()
    }


def test_the_schema_names_every_kind(client: TestClient) -> None:
    schemas = client.get("/api/openapi.json").json()["components"]["schemas"]
    assert schemas["JobOut"]["properties"]["kind"]["enum"] == list(KINDS)


def test_a_job_of_a_later_release_is_shown(olga: TestClient, labelling: Labelling) -> None:
    """Its kind breaks no list and no event stream: two releases may share a database for a while."""
    with write_session() as session:
        session.add(Job(id="later", kind="certify", queue="cpu", project_id=labelling.project_id))
    shown = olga.get(f"{API}/jobs/later").json()
    assert (shown["kind"], shown["title"]) == ("certify", "certify")
    assert olga.post(f"{API}/jobs/later/cancel").json()["state"] == "cancelled"


@pytest.mark.parametrize(("kind", "table"), [("encoder", Encoder), ("pretrain", Encoder), ("source", Source)])
def test_what_waits_for_a_job_is_a_row_with_a_state(kind: str, table: type) -> None:
    assert KINDS[kind].makes == table.__name__.lower()
    assert hasattr(table, "state")
