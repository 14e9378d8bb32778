from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.core.database import now, write_session
from app.core.models import Category, Encoder, Image, Job, Round, Step
from tests.app.labelling_factory import Labelling, make_project, query_states, round_jobs

API = "/api/v1"


def start(client: TestClient, project: Labelling, **options: Any) -> Any:
    config = {"schedule": [1, 2], "encoder_id": options.pop("encoder_id", project.encoder_id)}
    return client.post(f"{API}/projects/{project.project_id}/rounds", json={"config": config}, **options)


def change(model: type, **values: Any) -> None:
    with write_session() as session:
        session.execute(update(model).values(**values))


def test_a_round_starts_with_its_job(olga: TestClient, project: Labelling) -> None:
    created = start(olga, project)
    assert created.status_code == 201
    round_out = created.json()
    assert (round_out["state"], round_out["step"], round_out["steps"]) == ("proposing", 0, 2)
    assert round_out["budget"] == (1 + 2) * 2
    assert round_out["asked"] == round_out["labelled"] == round_out["outstanding"] == 0
    job = olga.get(f"{API}/jobs/{round_out['job_id']}").json()
    assert (job["kind"], job["step"], job["state"]) == ("round_start", 0, "queued")
    assert olga.get(f"{API}/rounds/{round_out['id']}").json() == round_out


@pytest.mark.parametrize(
    ("spoil", "field"),
    [
        ((Encoder, {"state": "pending"}), "config.encoder_id"),
        ((Category, {"archived_at": now()}), "categories"),
        ((Image, {"split": "test"}), "images"),
    ],
)
def test_a_round_that_cannot_run_is_refused(
    olga: TestClient, project: Labelling, spoil: tuple[type, dict[str, Any]], field: str
) -> None:
    change(spoil[0], **spoil[1])
    refused = start(olga, project)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["field"] == field


def test_another_projects_encoder_is_refused(olga: TestClient, project: Labelling) -> None:
    foreign = make_project(members={"olga": "owner"}).encoder_id
    for encoder_id in (foreign, "nonsense", ""):
        refused = start(olga, project, encoder_id=encoder_id)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["field"] == "config.encoder_id"


def test_a_second_encoder_is_checked_at_its_field(olga: TestClient, project: Labelling) -> None:
    def averaged(second: str, **config: Any) -> Any:
        ids = {"encoder_id": project.encoder_id, "second_encoder_id": second}
        body = {"config": {"schedule": [1], **ids, **config}}
        return olga.post(f"{API}/projects/{project.project_id}/rounds", json=body)

    foreign = make_project(members={"olga": "owner"}).encoder_id
    second, pending = add_encoder(project), add_encoder(project, "pending")
    wrong: list[tuple[str, dict[str, Any], str]] = [
        (foreign, {}, "no such encoder"),
        ("nonsense", {}, "no such encoder"),
        ("", {}, "no such encoder"),
        (pending, {}, "not ready"),
        (project.encoder_id, {}, "choose another"),
        *(
            (second, {"finetune": {"kind": kind}}, "has to be frozen")
            for kind in ("full", "hyper_rule", "fixmatch")
        ),
    ]
    for encoder_id, config, reason in wrong:
        refused = averaged(encoder_id, **config)
        assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
        assert [each["field"] for each in refused.json()["errors"]] == ["config.second_encoder_id"]
        assert reason in refused.json()["errors"][0]["reason"]
    created = averaged(second)
    assert created.status_code == 201
    shown = olga.get(f"{API}/rounds/{created.json()['id']}").json()["config"]
    assert (shown["encoder_id"], shown["second_encoder_id"]) == (project.encoder_id, second)


def add_encoder(project: Labelling, state: str = "ready") -> str:
    with write_session() as session:
        row = Encoder(project_id=project.project_id, name="other", kind="bundled", config={}, state=state)
        session.add(row)
        session.flush()
        return row.id


def test_a_project_has_one_active_round(olga: TestClient, project: Labelling) -> None:
    first = start(olga, project).json()["id"]
    refused = start(olga, project)
    assert (refused.status_code, refused.json()["round_id"]) == (409, first)
    olga.post(f"{API}/rounds/{first}/cancel")
    assert start(olga, project).status_code == 201


def test_a_retry_does_not_start_a_second_round(olga: TestClient, project: Labelling) -> None:
    key = {"Idempotency-Key": "once"}
    first, second = start(olga, project, headers=key), start(olga, project, headers=key)
    assert first.json() == second.json()
    assert second.status_code == 201
    other = olga.post(
        f"{API}/projects/{project.project_id}/rounds",
        json={"config": {"schedule": [3], "encoder_id": project.encoder_id}},
        headers=key,
    )
    assert other.status_code == 422


def test_annotators_do_not_run_rounds(anna: TestClient, labelling: Labelling) -> None:
    assert start(anna, labelling).status_code == 403
    for change_of_state in ("pause", "resume", "cancel"):
        assert anna.post(f"{API}/rounds/{labelling.round_id}/{change_of_state}").status_code == 403
    assert anna.get(f"{API}/rounds/{labelling.round_id}").json()["state"] == "labelling"


def test_rounds_are_listed_by_state(olga: TestClient, labelling: Labelling) -> None:
    url = f"{API}/projects/{labelling.project_id}/rounds"
    olga.post(f"{API}/rounds/{labelling.round_id}/cancel")
    second = start(olga, labelling).json()["id"]
    assert [item["id"] for item in olga.get(url).json()["items"]] == [second, labelling.round_id]
    assert [item["id"] for item in olga.get(f"{url}?state=cancelled").json()["items"]] == [labelling.round_id]
    both = olga.get(f"{url}?state=cancelled&state=proposing").json()["items"]
    assert len(both) == 2
    assert olga.get(f"{url}?state=nonsense").status_code == 422


def test_steps_tell_what_was_measured(olga: TestClient, labelling: Labelling) -> None:
    measured = {"top1": 0.5, "mean_class": 0.4, "images": 10, "weighted": 0.45, "apart": 0.2}
    with write_session() as session:
        start_step = Step(round_id=labelling.round_id, index=0, state="done", asked=0)
        start_step.accuracy, start_step.seconds = measured, {"embed": 1.5}
        start_step.report = {"train_labels": 2}
        session.add(start_step)
        session.add(Step(round_id=labelling.round_id, index=2, asked=9))
    steps = olga.get(f"{API}/rounds/{labelling.round_id}/steps").json()
    assert [(step["index"], step["state"], step["asked"]) for step in steps] == [
        (0, "done", 0),
        (1, "labelling", 3),
    ]
    assert (steps[0]["accuracy"], steps[0]["seconds"], steps[0]["labels"]) == (measured, {"embed": 1.5}, 2)
    assert olga.get(f"{API}/rounds/{labelling.round_id}").json()["outstanding"] == 3


def answer(client: TestClient, query_id: str, category_id: str) -> int:
    body = {"category_id": category_id}
    return client.put(f"{API}/queries/{query_id}/annotation", json=body).status_code


def test_labels_under_way_are_taken_while_the_round_is_paused(
    olga: TestClient, anna: TestClient, labelling: Labelling
) -> None:
    url = f"{API}/rounds/{labelling.round_id}"
    assert olga.post(f"{url}/resume").status_code == 409
    assert olga.post(f"{url}/pause").json()["state"] == "paused"
    assert olga.post(f"{url}/pause").status_code == 409
    assert [answer(anna, query_id, labelling.categories[0]) for query_id in labelling.queries] == [200] * 3
    assert round_jobs(labelling) == []
    resumed = olga.post(f"{url}/resume").json()
    assert (resumed["state"], resumed["outstanding"]) == ("finetuning", 0)
    assert round_jobs(labelling) == [("round_advance", 1, "queued")]


def test_a_paused_round_returns_to_where_it_was(olga: TestClient, labelling: Labelling) -> None:
    change(Round, state="finetuning")
    url = f"{API}/rounds/{labelling.round_id}"
    olga.post(f"{url}/pause")
    assert olga.post(f"{url}/resume").json()["state"] == "finetuning"
    assert round_jobs(labelling) == []


def test_cancelling_ends_leases_and_jobs_and_keeps_labels(
    olga: TestClient, anna: TestClient, labelling: Labelling
) -> None:
    url = f"{API}/rounds/{labelling.round_id}"
    leased = anna.post(f"{url}/leases", json={"count": 2}).json()["items"]
    assert answer(anna, leased[0]["query_id"], labelling.categories[0]) == 200
    with write_session() as session:
        for step, state in ((0, "queued"), (1, "running")):
            columns = {"project_id": labelling.project_id, "round_id": labelling.round_id, "step": step}
            session.add(Job(kind="round_advance", queue="gpu", state=state, **columns))
    cancelled = olga.post(f"{url}/cancel").json()
    assert cancelled["state"] == "cancelled"
    assert cancelled["finished_at"] is not None
    assert cancelled["labelled"] == 1
    assert [state for _, _, state in round_jobs(labelling)] == ["cancelled", "running"]
    assert olga.get(f"{API}/jobs/{cancelled['job_id']}").json()["cancelling"]
    assert anna.post(f"{url}/leases/renew", json={"query_ids": [leased[1]["query_id"]]}).json()["lost"]
    assert olga.post(f"{url}/cancel").status_code == 409
    assert answer(anna, leased[1]["query_id"], labelling.categories[1]) == 200
    assert [state for _, state in query_states(labelling)] == ["labelled", "labelled", "open"]
