"""Adding encoders. The command line uses this too."""

from sqlalchemy.orm import Session

from app.core.models import Encoder, Job
from app.encoders.schemas import NewEncoder
from app.jobs.service import create_job


def add_encoder(session: Session, project_id: str, body: NewEncoder, user_id: str) -> tuple[Encoder, Job]:
    """Return a new, pending encoder and the job that prepares it."""
    spec = body.encoder
    encoder = Encoder(
        project_id=project_id, name=body.name, kind=spec.kind, config=spec.model_dump(mode="json")
    )
    session.add(encoder)
    session.flush()
    params = {"encoder_id": encoder.id}
    return encoder, create_job(session, "encoder", params, project_id=project_id, created_by=user_id)
