from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.core.database import now, read_session, write_session
from app.core.models import Encoder, Image, Job
from tests.app.labelling_factory import Labelling, add_image


def ask(client: TestClient, project: Labelling, **query: Any) -> Any:
    return client.get(f"/api/v1/projects/{project.project_id}/indicator-candidates", params=query)


def seek(client: TestClient, project: Labelling, **query: Any) -> Any:
    answer = client.post(f"/api/v1/projects/{project.project_id}/indicator-candidates", params=query)
    assert answer.status_code == 202
    return answer.json()


def finish(job_id: str, **values: Any) -> None:
    with write_session() as session:
        ended = {"state": "done", "started_at": now(), "finished_at": now()} | values
        session.execute(update(Job).where(Job.id == job_id).values(**ended))


def test_candidates_are_computed_by_one_job(olga: TestClient, project: Labelling) -> None:
    job_id = seek(olga, project)["id"]
    assert seek(olga, project, encoder=project.encoder_id)["id"] == job_id
    waiting = ask(olga, project)
    assert (waiting.status_code, waiting.json()["job_id"]) == (409, job_id)
    with read_session() as session:
        job = session.scalars(select(Job)).one()
        assert (job.kind, job.queue) == ("candidates", "gpu")
        assert job.params == {"encoder_id": project.encoder_id, "clusters": 6}
    items = [{"image_id": image_id, "cluster_size": 5} for image_id in project.images]
    finish(job_id, result={"items": items})
    with write_session() as session:
        session.execute(update(Image).where(Image.id == project.images[0]).values(excluded="broken"))
    found = ask(olga, project)
    assert found.json() == {"encoder_id": project.encoder_id, "items": items[1:]}
    done = seek(olga, project)
    assert (done["id"], done["state"], done["result"]) == (job_id, "done", None)


def test_reading_candidates_starts_nothing(olga: TestClient, project: Labelling) -> None:
    for query in ({}, {"again": True}):
        absent = ask(olga, project, **query)
        assert absent.status_code == 409
        assert "POST" in absent.json()["detail"]
        assert "job_id" not in absent.json()
    with read_session() as session:
        assert session.scalars(select(Job)).all() == []


def test_new_images_need_a_new_look(olga: TestClient, project: Labelling) -> None:
    first = seek(olga, project)["id"]
    finish(first, result={"items": []})
    assert ask(olga, project).status_code == 200
    add_image(project.project_id)
    assert ask(olga, project).status_code == 409
    assert seek(olga, project)["id"] != first


def test_a_failure_is_told_and_tried_again_only_when_asked(olga: TestClient, project: Labelling) -> None:
    first = seek(olga, project)["id"]
    finish(first, state="failed", error="Out of memory.")
    told = ask(olga, project)
    assert (told.status_code, told.json()["job_id"]) == (409, first)
    assert "Out of memory." in told.json()["detail"]
    assert seek(olga, project)["id"] == first
    assert seek(olga, project, again=True)["id"] != first


def test_an_encoder_that_cannot_be_used(olga: TestClient, project: Labelling) -> None:
    assert ask(olga, project, encoder="nonsense").status_code == 422
    with write_session() as session:
        session.execute(update(Encoder).values(state="pending"))
    for query in ({}, {"encoder": project.encoder_id}):
        refused = ask(olga, project, **query)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "encoder")
