"""Preparing an encoder: from its row to the child, and back with published weights."""

from pathlib import Path
from typing import Any

from sqlalchemy import null, select

from app.core.config import get_settings
from app.core.database import read_connection
from app.core.models import Encoder
from worker.database.claims import Claim, UnwantedError, fenced_session, held
from worker.database.outcomes import finish_in
from worker.database.published import publish

WEIGHTS = "encoder.safetensors"


def weights_folder() -> str | None:
    """Return the folder with pretrained weights of timm's networks, None where the settings name none."""
    folder = get_settings().weights_directory
    return str(folder.resolve()) if folder else None


def load_encoder_spec(claim: Claim) -> dict[str, Any]:
    """Return the `EncoderSpec` of the claim's encoder as JSON; UnwantedError where the encoder is gone."""
    statement = select(Encoder.config).where(Encoder.id == claim.params["encoder_id"])
    with read_connection() as connection:
        config: dict[str, Any] | None = connection.scalar(statement)
    if config is None:
        raise UnwantedError(claim.params["encoder_id"])
    return config


def save_encoder(
    claim: Claim, directory: Path, details: dict[str, Any], result: dict[str, Any] | None = None
) -> None:
    """Publish the weights in `directory` and make the encoder ready; UnwantedError where it is gone.

    `result` is what the job reports beside the encoder's id. A checkpoint that it had is forgotten.
    """
    encoder_id = claim.params["encoder_id"]
    prefix = publish(f"encoders/{encoder_id}", claim, directory)
    with fenced_session(claim.fence) as session:
        encoder = session.get(Encoder, encoder_id)
        if encoder is None:
            raise UnwantedError(encoder_id)
        encoder.state = "ready"
        encoder.weights_key = f"{prefix}/{WEIGHTS}"
        encoder.weights_sha256 = details["sha256"]
        encoder.details = details
        session.execute(held(claim.fence).values(checkpoint=null()))
        finish_in(session, claim.fence, {"encoder_id": encoder_id} | (result or {}))
