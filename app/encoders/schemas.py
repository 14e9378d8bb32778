"""Bodies of encoders."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field

from app.auth.schemas import Body
from app.projects.schemas import Name
from ml.config import BundledEncoder, EncoderSpec


class NewEncoder(Body):
    name: Name
    encoder: EncoderSpec = Field(default_factory=BundledEncoder)


class EncoderAccepted(BaseModel):
    id: str
    job_id: str


class EncoderOut(BaseModel):
    """`details` holds what the job measured: architecture, feature dimension, image size, parameters."""

    id: str
    project_id: str
    name: str
    kind: Literal["bundled", "timm", "finetuned"]
    config: dict[str, Any]
    state: Literal["pending", "ready", "failed"]
    weights_sha256: str | None
    details: dict[str, Any]
    error: str | None
    created_at: datetime
