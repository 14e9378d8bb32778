"""Adding encoders. The command line uses this too."""

from typing import Any

from sqlalchemy.orm import Session

from app.core.models import Encoder, Job
from app.encoders.schemas import NewEncoder
from app.jobs.service import create_job
from ml.config import EncoderSpec, PretrainConfig, PretrainedEncoder


def add_encoder(session: Session, project_id: str, body: NewEncoder, user_id: str) -> tuple[Encoder, Job]:
    """Return a new, pending encoder and the job that prepares it, or pretrains it."""
    spec = body.encoder
    encoder = Encoder(
        project_id=project_id, name=body.name, kind=spec.kind, config=spec.model_dump(mode="json")
    )
    session.add(encoder)
    session.flush()
    return encoder, create_encoder_job(session, encoder, spec, user_id)


def create_encoder_job(
    session: Session, encoder: Encoder, spec: EncoderSpec, user_id: str, **columns: Any
) -> Job:
    """Return the new job of an encoder; that of a pretraining says what else finds it."""
    kind, params = "encoder", {"encoder_id": encoder.id}
    if isinstance(spec, PretrainedEncoder):
        kind = "pretrain"
        params |= {"source_id": spec.config.source_id, "profile": speed_profile(spec.config)}
    return create_job(session, kind, params, project_id=encoder.project_id, created_by=user_id, **columns)


def speed_profile(config: PretrainConfig) -> str:
    """Return what the speed of a pretraining depends on: configurations that share it run equally fast."""
    parts = (config.method, config.backbone, config.stem, config.image_size, config.batch_size)
    return "/".join(str(part) for part in (*parts, config.speed_key()) if part != "")
