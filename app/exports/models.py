"""The model of a round as a download: the newest head, its description, and the encoder it goes with."""

from sqlalchemy import select
from sqlalchemy.orm import Session
from zipstream import ZipStream

from app.core.models import Encoder, Round, Step
from app.core.storage import get_storage
from app.errors import Problem
from app.exports.archives import add_blobs, new_archive

ENCODER = "encoder.safetensors"


def model_archive(session: Session, row: Round) -> ZipStream:
    """Return `model.safetensors`, `model.json` and `encoder.safetensors`; 404 before the first."""
    statement = select(Step.artefacts_key).where(Step.round_id == row.id, Step.artefacts_key.is_not(None))
    for key in session.scalars(statement.order_by(Step.index.desc())):
        if key and get_storage().exists(f"{key}/model.safetensors"):
            return _archive(session, row, key)
    raise Problem(404, "This round has no model yet.")


def _archive(session: Session, row: Round, key: str) -> ZipStream:
    archive = new_archive()
    add_blobs(archive, {f"{key}/{name}": name for name in ("model.safetensors", "model.json")})
    if not add_blobs(archive, {f"{key}/{ENCODER}": ENCODER}):
        weights = session.scalar(select(Encoder.weights_key).where(Encoder.id == row.encoder_id))
        if weights is not None:
            add_blobs(archive, {weights: ENCODER})
    return archive
