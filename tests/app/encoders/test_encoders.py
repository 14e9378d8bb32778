import io
import json
import zipfile

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.core.database import read_session, write_session
from app.core.models import Encoder, Job
from app.core.storage import get_storage
from tests.app.labelling_factory import Labelling

API = "/api/v1"


def test_an_encoder_is_prepared_by_a_job(olga: TestClient, project: Labelling) -> None:
    body = {"name": "ImageNet", "encoder": {"kind": "bundled"}}
    accepted = olga.post(f"{API}/projects/{project.project_id}/encoders", json=body)
    assert accepted.status_code == 202
    encoder_id, job_id = accepted.json()["id"], accepted.json()["job_id"]
    shown = olga.get(f"{API}/encoders/{encoder_id}").json()
    assert (shown["state"], shown["kind"], shown["config"]["name"]) == (
        "pending",
        "bundled",
        "efficientnet_lite0",
    )
    with read_session() as session:
        job = session.scalars(select(Job).where(Job.id == job_id)).one()
        assert (job.kind, job.params, job.project_id) == (
            "encoder",
            {"encoder_id": encoder_id},
            project.project_id,
        )
    listed = olga.get(f"{API}/projects/{project.project_id}/encoders").json()["items"]
    assert [item["id"] for item in listed] == [project.encoder_id, encoder_id]
    assert olga.get(f"{API}/encoders/{encoder_id}/download").status_code == 409


@pytest.mark.parametrize(
    "encoder", [{"kind": "timm", "name": "../../etc"}, {"kind": "pickle"}, {"kind": "bundled", "name": "x"}]
)
def test_unknown_encoders_are_refused(olga: TestClient, project: Labelling, encoder: dict[str, str]) -> None:
    body = {"name": "n", "encoder": encoder}
    assert olga.post(f"{API}/projects/{project.project_id}/encoders", json=body).status_code == 422


def test_annotators_read_encoders_only(anna: TestClient, project: Labelling) -> None:
    body = {"name": "n", "encoder": {"kind": "bundled"}}
    assert anna.post(f"{API}/projects/{project.project_id}/encoders", json=body).status_code == 403
    assert anna.get(f"{API}/encoders/{project.encoder_id}").status_code == 200
    assert anna.get(f"{API}/encoders/{project.encoder_id}/download").status_code == 403


def test_weights_are_downloaded_with_their_description(olga: TestClient, project: Labelling) -> None:
    url = f"{API}/encoders/{project.encoder_id}/download"
    assert olga.get(url).status_code == 404
    key = f"encoders/{project.encoder_id}/1/encoder.safetensors"
    get_storage().put(key, b"weights")
    with write_session() as session:
        values = {"weights_key": key, "weights_sha256": "abc", "details": {"feature_dim": 1280}}
        session.execute(update(Encoder).values(**values))
    answer = olga.get(url)
    assert int(answer.headers["content-length"]) == len(answer.content)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.read("encoder.safetensors") == b"weights"
        description = json.loads(archive.read("encoder.json"))
    assert (description["sha256"], description["details"]) == ("abc", {"feature_dim": 1280})
