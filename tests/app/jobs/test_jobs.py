from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.core.database import read_session, write_session
from app.core.models import Encoder, Job, Round, User
from app.projects.service import put_member
from tests.app.labelling_factory import Labelling, make_project

API = "/api/v1"


def add_job(project: Labelling, **columns: Any) -> str:
    values = {"kind": "import", "queue": "cpu", "project_id": project.project_id} | columns
    with write_session() as session:
        job = Job(**values)
        session.add(job)
        session.flush()
        return job.id


def test_jobs_are_listed_newest_first(anna: TestClient, project: Labelling) -> None:
    elsewhere = make_project(members={"anna": "annotator"})
    hidden = make_project(members={"mallory": "owner"})
    first, second, third = add_job(project), add_job(project, state="running"), add_job(elsewhere)
    add_job(hidden)
    assert [job["id"] for job in anna.get(f"{API}/jobs").json()["items"]] == [third, second, first]
    page = anna.get(f"{API}/jobs?project={project.project_id}&limit=1").json()
    assert [job["id"] for job in page["items"]] == [second]
    url = f"{API}/jobs?project={project.project_id}&limit=1&cursor={page['next_cursor']}"
    assert [job["id"] for job in anna.get(url).json()["items"]] == [first]
    assert anna.get(f"{API}/jobs?project={hidden.project_id}").status_code == 404


def test_a_job_shows_its_progress_and_result(anna: TestClient, project: Labelling) -> None:
    job_id = add_job(project, state="running", progress=0.5, phase="reading", result={"created": 3})
    job = anna.get(f"{API}/jobs/{job_id}").json()
    assert (job["progress"], job["phase"], job["result"]) == (0.5, "reading", {"created": 3})
    assert job["cancelling"] is False


def test_a_queued_job_is_cancelled_at_once(olga: TestClient, project: Labelling) -> None:
    with write_session() as session:
        encoder = Encoder(project_id=project.project_id, name="new", kind="bundled", config={})
        session.add(encoder)
        session.flush()
    job_id = add_job(project, kind="encoder", queue="gpu", params={"encoder_id": encoder.id})
    for _ in range(2):
        cancelled = olga.post(f"{API}/jobs/{job_id}/cancel").json()
        assert (cancelled["state"], cancelled["cancelling"]) == ("cancelled", False)
        assert cancelled["finished_at"] is not None
    shown = olga.get(f"{API}/encoders/{encoder.id}").json()
    assert (shown["state"], shown["error"]) == ("cancelled", "Cancelled.")


def test_a_round_ends_with_its_queued_job(olga: TestClient, labelling: Labelling) -> None:
    columns = {"round_id": labelling.round_id, "step": 1, "queue": "gpu"}
    job_id = add_job(labelling, kind="round_advance", **columns)
    olga.post(f"{API}/jobs/{job_id}/cancel")
    ended = olga.get(f"{API}/rounds/{labelling.round_id}").json()
    assert (ended["state"], ended["error"], ended["changed_by"]) == ("cancelled", "Cancelled.", "olga")


@pytest.mark.parametrize(("state", "round_state"), [("queued", "cancelled"), ("running", "finetuning")])
def test_a_round_says_who_cancelled_its_job(
    olga: TestClient, sign_in: Callable[..., TestClient], labelling: Labelling, state: str, round_state: str
) -> None:
    otto = sign_in("otto")
    with write_session() as session:
        put_member(session, labelling.project_id, "otto", "owner")
        session.execute(update(Round).values(state="finetuning"))
    columns = {"round_id": labelling.round_id, "step": 1, "queue": "gpu", "state": state}
    job_id = add_job(labelling, kind="round_advance", **columns)
    for client in (olga, otto):  # the second finds nothing to cancel
        assert client.post(f"{API}/jobs/{job_id}/cancel").is_success
        told = client.get(f"{API}/rounds/{labelling.round_id}").json()
        assert (told["state"], told["changed_by"]) == (round_state, "olga")


def test_a_running_job_is_asked_to_end(olga: TestClient, project: Labelling) -> None:
    job_id = add_job(project, state="running")
    asked = olga.post(f"{API}/jobs/{job_id}/cancel").json()
    assert (asked["state"], asked["cancelling"]) == ("running", True)


def test_what_has_ended_is_not_cancelled(olga: TestClient, project: Labelling) -> None:
    for state in ("done", "failed"):
        job_id = add_job(project, state=state)
        assert olga.post(f"{API}/jobs/{job_id}/cancel").status_code == 409
        assert olga.get(f"{API}/jobs/{job_id}").json()["state"] == state


def test_annotators_cancel_only_what_they_started(anna: TestClient, project: Labelling) -> None:
    with read_session() as session:
        anna_id = session.scalars(select(User.id).where(User.name == "anna")).one()
    foreign, own = add_job(project), add_job(project, created_by=anna_id)
    assert anna.post(f"{API}/jobs/{foreign}/cancel").status_code == 403
    assert anna.post(f"{API}/jobs/{own}/cancel").status_code == 200
