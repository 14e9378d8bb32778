"""Encoders: asking for one, and taking its weights away."""

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from app.access import find, scoped
from app.core.database import read_session, write_session
from app.core.models import Encoder, Project
from app.core.problems import Problem
from app.deps import CurrentUser
from app.downloads import DownloadOut
from app.encoders.catalogue import KnownEncoderOut, known_encoders
from app.encoders.checkpoints import listed_checkpoints
from app.encoders.downloads import require_allowed, timm_downloads
from app.encoders.pretraining import require_possible
from app.encoders.schemas import CheckpointOut, EncoderAccepted, EncoderOut, NewEncoder
from app.encoders.service import add_encoder
from app.encoders.weights import encoder_archive
from app.exports.archives import zip_response
from app.pagination import Page, PageQuery, fetch_page
from ml.config import PretrainedEncoder, TimmEncoder

router = APIRouter(tags=["encoders"])


@router.post("/projects/{project_id}/encoders", status_code=202)
def create_encoder(project_id: str, body: NewEncoder, user: CurrentUser) -> EncoderAccepted:
    """Prepare or pretrain an encoder by a job; rounds can use it once it is ready."""
    with write_session() as session:
        find(session, Project, project_id, user, "owner")
        if isinstance(body.encoder, TimmEncoder):
            require_allowed(body.encoder, user)
        if isinstance(body.encoder, PretrainedEncoder):
            require_possible(session, project_id, body.encoder.config, user, "encoder.config")
        encoder, job = add_encoder(session, project_id, body, user.id)
        return EncoderAccepted(id=encoder.id, job_id=job.id)


@router.get("/projects/{project_id}/encoders")
def list_encoders(project_id: str, user: CurrentUser, page: PageQuery) -> Page[EncoderOut]:
    """Return the project's encoders, oldest first."""
    with read_session() as session:
        find(session, Project, project_id, user)
        statement = scoped(Encoder, user).where(Encoder.project_id == project_id)
        return fetch_page(session, statement, Encoder.id, page, lambda row: _encoder_out(row.Encoder))


@router.get("/encoders/downloads")
def list_encoder_downloads(user: CurrentUser) -> list[DownloadOut]:
    """Return the pretrained networks of timm that the server can download, with their sizes."""
    return timm_downloads(user)


@router.get("/encoders/checkpoints")
def list_checkpoints(_user: CurrentUser) -> list[CheckpointOut]:
    """Return the files of weights in the server's weights folder: what `encoder.file` may name."""
    return listed_checkpoints()


@router.get("/encoders/catalogue")
def list_known_encoders(user: CurrentUser) -> list[KnownEncoderOut]:
    """Return encoders to choose from by name, the advised one first, with licence, size and speed."""
    return known_encoders(user)


@router.get("/encoders/{encoder_id}")
def get_encoder(encoder_id: str, user: CurrentUser) -> EncoderOut:
    """Return one encoder."""
    with read_session() as session:
        return _encoder_out(find(session, Encoder, encoder_id, user))


def _encoder_out(encoder: Encoder) -> EncoderOut:
    return EncoderOut(**{name: getattr(encoder, name) for name in EncoderOut.model_fields})


@router.get("/encoders/{encoder_id}/download", response_class=StreamingResponse)
def download_encoder(encoder_id: str, user: CurrentUser) -> StreamingResponse:
    """Return a zip of the weights (safetensors) and a description of them (JSON)."""
    with read_session() as session:
        encoder = find(session, Encoder, encoder_id, user, "reviewer")
        if encoder.state != "ready":
            raise Problem(409, f"The encoder is not ready: it is {encoder.state}.")
        return zip_response(encoder_archive(encoder), f"encoder-{encoder.id}.zip")
