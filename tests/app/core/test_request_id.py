"""One id for a request's answer, its problem, its log lines and the jobs that it starts."""

import json

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.auth import service
from app.core.database import read_session
from app.core.logging import configure_logging
from app.core.models import Job
from app.labelling import router
from tests.app.labelling_factory import Labelling

API = "/api/v1"
GIVEN = {"X-Request-ID": "a-proxy-gave-this-1"}
SANE = st.text("abcXYZ019._-", min_size=8, max_size=64)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    given_id=st.binary(min_size=1, max_size=80).filter(lambda raw: b"\0" not in raw) | SANE.map(str.encode)
)
def test_a_sane_id_is_kept_and_any_other_replaced(anonymous: TestClient, given_id: bytes) -> None:
    allowed = set(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-")
    sane = 8 <= len(given_id) <= 64 and set(given_id) <= allowed
    answered = anonymous.get("/live", headers={"X-Request-ID": given_id}).headers["x-request-id"]
    assert (answered.encode() == given_id) == sane
    assert len(answered) >= 8


def test_every_request_has_its_own(anonymous: TestClient) -> None:
    assert len({anonymous.get("/live").headers["x-request-id"] for _ in range(10)}) == 10


@pytest.mark.parametrize("path", [f"{API}/me", f"{API}/nothing", "/metrics"])
def test_a_problem_names_its_request(anonymous: TestClient, path: str) -> None:
    answer = anonymous.get(path, headers=GIVEN)
    assert answer.json()["request_id"] == answer.headers["x-request-id"] == GIVEN["X-Request-ID"]


def log_lines(told: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in told.splitlines() if line.startswith("{")]


def test_an_unexpected_error_is_found_in_the_log_by_its_id(
    anonymous: TestClient, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*_arguments: object) -> None:
        raise RuntimeError("odd")

    configure_logging()
    monkeypatch.setattr(service, "find_link_user", fail)
    careful = TestClient(anonymous.app, raise_server_exceptions=False)
    answer = careful.get(f"{API}/sign-in-links/private-token", headers=GIVEN)
    assert (answer.status_code, answer.json()["request_id"]) == (500, answer.headers["x-request-id"])
    told = capfd.readouterr().err
    (line,) = [line for line in log_lines(told) if line["event"] == "request"]
    assert (line["request_id"], line["status"]) == (GIVEN["X-Request-ID"], 500)
    assert line["route"] == f"{API}/sign-in-links/{{token}}"
    assert "private-token" not in told


def test_a_job_remembers_its_request(olga: TestClient, project: Labelling) -> None:
    body = {"name": "small", "encoder": {"kind": "bundled", "name": "efficientnet_lite0"}}
    made = olga.post(f"{API}/projects/{project.project_id}/encoders", json=body, headers=GIVEN)
    assert made.status_code == 202
    with read_session() as session:
        assert session.get_one(Job, made.json()["job_id"]).request_id == GIVEN["X-Request-ID"]


def test_so_does_the_one_that_a_last_label_starts(
    anna: TestClient, labelling: Labelling, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(router, "notify_round_jobs", lambda *_arguments: None)
    anna.post(f"{API}/rounds/{labelling.round_id}/leases", json={"count": 3})
    for number, query_id in enumerate(labelling.queries):
        headers = {"X-Request-ID": f"label-number-{number}"}
        body = {"category_id": labelling.categories[0]}
        anna.put(f"{API}/queries/{query_id}/annotation", json=body, headers=headers)
    with read_session() as session:
        (job,) = session.scalars(select(Job))
        assert (job.kind, job.request_id) == ("round_advance", "label-number-2")
