"""Finishing a round before its end, without a worker."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.core.database import write_session
from app.core.models import Round
from tests.app.labelling_factory import Labelling, kept_answers, query_states, round_jobs

API = "/api/v1"


def answer(client: TestClient, query_id: str, category_id: str) -> int:
    body = {"category_id": category_id}
    return client.put(f"{API}/queries/{query_id}/annotation", json=body).status_code


def finish(client: TestClient, made: Labelling) -> Any:
    answered = client.post(f"{API}/rounds/{made.round_id}/finish")
    assert answered.status_code == 200
    return answered.json()


def test_what_is_open_is_withdrawn_and_the_labels_are_learnt(
    olga: TestClient, anna: TestClient, labelling: Labelling
) -> None:
    url = f"{API}/rounds/{labelling.round_id}"
    assert answer(anna, labelling.queries[0], labelling.categories[0]) == 200
    anna.post(f"{url}/leases", json={"count": 2})
    finished = finish(olga, labelling)
    assert (finished["state"], finished["finishing"], finished["changed_by"]) == ("finetuning", True, "olga")
    assert (finished["labelled"], finished["outstanding"]) == (1, 0)
    assert [state for _, state in query_states(labelling)] == ["labelled", "withdrawn", "withdrawn"]
    assert round_jobs(labelling) == [("round_advance", 1, "queued")]
    renewed = anna.post(f"{url}/leases/renew", json={"query_ids": labelling.queries[1:]}).json()
    assert renewed["renewed"] == []
    assert finish(olga, labelling)["state"] == "finetuning"
    assert round_jobs(labelling) == [("round_advance", 1, "queued")]


def test_an_answer_that_was_under_way_is_kept(
    olga: TestClient, anna: TestClient, labelling: Labelling
) -> None:
    finish(olga, labelling)
    assert answer(anna, labelling.queries[1], labelling.categories[1]) == 200
    assert [state for _, state in query_states(labelling)] == ["withdrawn", "labelled", "withdrawn"]
    assert kept_answers(labelling.queries[1]) == [(labelling.categories[1], 0, True)]


def test_it_is_done_at_once_where_nothing_was_answered(olga: TestClient, labelling: Labelling) -> None:
    finished = finish(olga, labelling)
    assert (finished["state"], finished["finishing"]) == ("done", False)
    assert finished["finished_at"] is not None
    assert round_jobs(labelling) == []
    assert olga.post(f"{API}/rounds/{labelling.round_id}/finish").status_code == 409


@pytest.mark.parametrize("labelled", [True, False])
def test_a_paused_round_can_be_finished(
    olga: TestClient, anna: TestClient, labelling: Labelling, *, labelled: bool
) -> None:
    olga.post(f"{API}/rounds/{labelling.round_id}/pause")
    if labelled:
        assert answer(anna, labelling.queries[0], labelling.categories[0]) == 200
    assert finish(olga, labelling)["state"] == ("finetuning" if labelled else "done")


def test_annotators_do_not_finish_rounds(anna: TestClient, labelling: Labelling) -> None:
    assert anna.post(f"{API}/rounds/{labelling.round_id}/finish").status_code == 403


def test_only_an_open_ended_round_may_begin_without_categories(olga: TestClient, project: Labelling) -> None:
    for category_id in project.categories:
        assert olga.delete(f"{API}/categories/{category_id}").status_code == 204
    url = f"{API}/projects/{project.project_id}/rounds"
    config = {"schedule": [1], "encoder_id": project.encoder_id}
    assert olga.post(url, json={"config": config}).status_code == 422
    made = olga.post(url, json={"config": config | {"open_ended": True}}).json()
    assert (made["state"], made["steps"], made["budget"]) == ("proposing", None, None)
    assert made["config"]["open_ended"] is True


def test_a_round_stored_without_the_field_has_its_end(olga: TestClient, labelling: Labelling) -> None:
    with write_session() as session:
        session.execute(update(Round).values(config={"schedule": [1, 1], "encoder_id": labelling.encoder_id}))
    shown = olga.get(f"{API}/rounds/{labelling.round_id}").json()
    assert (shown["steps"], shown["config"]["open_ended"]) == (2, False)
