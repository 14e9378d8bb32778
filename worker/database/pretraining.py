"""Pretraining: from its rows to the child; its curve and checkpoints on the way; its weights at the end."""

import hashlib
import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import Connection, delete, insert, select

from app.core.database import read_connection, read_session
from app.core.identifiers import new_id
from app.core.models import Encoder, Job, PretrainingPoint, Source
from app.core.storage import get_storage
from app.encoders.pretraining import importing
from ml.config import PretrainConfig, PretrainedEncoder
from ml.errors import UnusableInputError
from ml.messages import Checkpoint, ImageSource, PretrainPoint, PretrainRequest
from worker.database.claims import Claim, fenced_session, held
from worker.database.encoders import load_encoder_spec, save_encoder
from worker.database.requests import cache_directory, encoder_file, output_directory
from worker.database.sources import known_test_images, pool_paths, resolve_source

KEPT_CHECKPOINTS = 2
log = structlog.get_logger()


@dataclass(frozen=True)
class PretrainingWork:
    """A pretraining's request, and what is written down with its weights."""

    request: PretrainRequest
    source_name: str | None


def awaited(claim: Claim) -> str | None:
    """Return what the pretraining waits for, in words, or None: images under way count as the project's."""
    config = _config(claim)
    with read_session() as session:
        source = session.get(Source, config.source_id) if config.mode != "uf" else None
        if source is not None and source.state == "pending":
            return "for the images of the source to be counted"
        projects = [claim.project_id or ""] if config.mode != "vup" else []
        projects += [source.project_id] if source is not None and source.project_id else []
        if any(importing(session, project_id) for project_id in projects):
            return "for images that are being imported"
    return None


def load_pretraining(claim: Claim) -> PretrainingWork:
    """Return the work of a `pretrain` job, on the images that are there now.

    UnwantedError where the encoder is gone; UnusableInputError or Problem where it cannot be done.
    """
    config = _config(claim)
    with read_connection() as connection:
        request = PretrainRequest(
            config=config,
            source=None if config.mode == "uf" else _source(connection, config.source_id),
            target=[] if config.mode == "vup" else pool_paths(connection, claim.project_id or ""),
            initial=encoder_file(connection, config.initial_encoder_id) if config.mode == "uf" else None,
            initial_state=_state(connection, config.initial_encoder_id) if config.mode == "uf" else None,
            labelled=known_test_images(connection, claim.project_id or "") if config.measurements else None,
            checkpoints=_whole_checkpoints(connection, claim),
            cache_directory=cache_directory(),
            output_directory=output_directory(claim),
        )
        name = connection.scalar(select(Source.name).where(Source.id == config.source_id))
    return PretrainingWork(request, None if config.mode == "uf" else name)


def _config(claim: Claim) -> PretrainConfig:
    return PretrainedEncoder.model_validate(load_encoder_spec(claim)).config


def _source(connection: Connection, source_id: str) -> ImageSource:
    state = connection.execute(select(Source.state, Source.error).where(Source.id == source_id)).first()
    if state is None:
        raise UnusableInputError("The source of this pretraining has been deleted.")
    if state.state != "ready":
        raise UnusableInputError(
            f"The source of this pretraining is {state.state}. {state.error or ''}".strip()
        )
    return resolve_source(connection, source_id)


def _state(connection: Connection, encoder_id: str) -> str | None:
    """Return the path of what is kept of an encoder's training beside its weights, if anything is."""
    statement = select(Encoder.weights_key, Encoder.details).where(Encoder.id == encoder_id)
    key, details = connection.execute(statement).one()
    state = (details or {}).get("method_state")
    return str(get_storage().local_path(f"{key.rpartition('/')[0]}/{state['name']}")) if state else None


def _whole_checkpoints(connection: Connection, claim: Claim) -> list[str]:
    """Return the paths of the job's checkpoints, newest first, without those that are not as they were."""
    recorded = connection.scalar(select(Job.checkpoint).where(Job.id == claim.fence.job_id))
    files = recorded["files"] if recorded else []
    return [str(get_storage().local_path(file["key"])) for file in files if _is_whole(file)]


def _is_whole(file: dict[str, Any]) -> bool:
    digest = hashlib.sha256()
    with suppress(FileNotFoundError):
        for piece in get_storage().open(file["key"]).pieces:
            digest.update(piece)
    whole: bool = digest.hexdigest() == file["sha256"]
    if not whole:
        log.warning("checkpoint.damaged", key=file["key"])
    return whole


def rewind_curve(claim: Claim) -> None:
    """Delete the points after the newest checkpoint: these steps are done again."""
    with fenced_session(claim.fence) as session:
        recorded = session.scalars(select(Job.checkpoint).where(Job.id == claim.fence.job_id)).one()
        later = PretrainingPoint.step > (recorded["step"] if recorded else 0)
        of_encoder = PretrainingPoint.encoder_id == claim.params["encoder_id"]
        session.execute(delete(PretrainingPoint).where(of_encoder, later))


def save_points(claim: Claim, points: Sequence[PretrainPoint]) -> None:
    """Add points to the curve, in the order of their steps; they replace what was there from their first on.

    Points without figures (a run that diverges) are left out.
    """
    encoder_id = claim.params["encoder_id"]
    told = [point.model_dump() for point in points]
    finite = [row for row in told if all(math.isfinite(value) for value in row.values() if value is not None)]
    rows = [row | {"encoder_id": encoder_id} for row in finite]
    if not rows:
        return
    with fenced_session(claim.fence) as session:
        from_here = PretrainingPoint.step >= rows[0]["step"]
        session.execute(delete(PretrainingPoint).where(PretrainingPoint.encoder_id == encoder_id, from_here))
        session.execute(insert(PretrainingPoint), rows)


def save_checkpoint(claim: Claim, file: Path, checkpoint: Checkpoint) -> None:
    """Publish a checkpoint, and have the job go on from it from now on; its attempts begin anew.

    The newest two are kept. LostClaimError where the claim is lost, and nothing is left behind.
    """
    storage = get_storage()
    # a key of its own: one who has lost the claim removes what it has put, and nothing else
    key = f"{_prefix(claim)}/{claim.fence.token}/{new_id()}/{file.name}"
    storage.put(key, file)
    try:
        outdated = _record(claim, {"key": key, "step": checkpoint.step, "sha256": checkpoint.sha256})
    except BaseException:
        storage.delete(key)
        raise
    for each in outdated:
        storage.delete(each)


def _record(claim: Claim, file: dict[str, Any]) -> list[str]:
    """Make `file` the newest checkpoint of the job; returns the keys that are no longer needed."""
    with fenced_session(claim.fence) as session:
        recorded = session.scalars(select(Job.checkpoint).where(Job.id == claim.fence.job_id)).one()
        earlier = [each for each in (recorded or {"files": []})["files"] if each["key"] != file["key"]]
        before = [each for each in earlier if each["step"] < file["step"]]
        kept = [file, *before][:KEPT_CHECKPOINTS]
        checkpoint = {"step": file["step"], "files": kept}
        session.execute(held(claim.fence).values(checkpoint=checkpoint, attempts=1))
    return [each["key"] for each in earlier if each not in kept]


def save_pretrained(claim: Claim, work: PretrainingWork, details: dict[str, Any]) -> None:
    """Publish the weights, make the encoder ready, and remove its checkpoints; UnwantedError as they go."""
    told = details | {"mode": work.request.config.mode, "source": work.source_name}
    speed = {"images_per_second": details["images_per_second"]}
    save_encoder(claim, work.request.output_directory, told, speed)
    get_storage().delete(_prefix(claim))


def _prefix(claim: Claim) -> str:
    return f"pretraining/{claim.params['encoder_id']}"
