"""Embedding ahead: which images on which encoders, and whether somebody waits for the worker meanwhile."""

from sqlalchemy import select

from app.core.database import read_connection
from app.core.models import Job, Round
from app.core.states import ROUND_ENDED
from app.jobs.kinds import KINDS, queue_of
from app.rounds.predicting import predict_new_images
from ml.messages import EmbedRequest
from worker.database.claims import Claim, fenced_session
from worker.database.outcomes import finish_in
from worker.database.requests import (
    cache_directory,
    encoder_file,
    pool_images,
    second_encoder_file,
    test_images,
)

SECONDS = 3.0
"""Work between two looks at whether somebody waits."""


def load_embedding(claim: Claim) -> list[EmbedRequest]:
    """Return a request for each encoder of the project's round, none where no round runs."""
    project_id = claim.project_id or ""
    running = select(Round.encoder_id, Round.second_encoder_id).where(
        Round.project_id == project_id, Round.state.not_in(ROUND_ENDED)
    )
    with read_connection() as connection:
        evolution = connection.execute(running).first()
        if evolution is None:
            return []
        encoders = (
            encoder_file(connection, evolution.encoder_id),
            second_encoder_file(connection, evolution.second_encoder_id),
        )
        pool = pool_images(connection, project_id)
        test, _ = test_images(connection, project_id, {})
    return [
        EmbedRequest(
            encoder=encoder, pool=pool, test=test, seconds=SECONDS, cache_directory=cache_directory()
        )
        for encoder in encoders
        if encoder is not None
    ]


def somebody_waits(claim: Claim) -> bool:
    """Return whether a job that does not give way is queued where this one runs."""
    patient = [name for name, kind in KINDS.items() if kind.gives_way]
    queued = select(Job.id).where(
        Job.queue == queue_of(claim.kind), Job.state == "queued", Job.kind.not_in(patient)
    )
    with read_connection() as connection:
        return connection.scalar(queued.limit(1)) is not None


def finish_embedding(claim: Claim, result: dict[str, object]) -> None:
    """End the job, and have the newest model, where there is one, predict the images; LostClaimError."""
    with fenced_session(claim.fence) as session:
        finish_in(session, claim.fence, result)
        predict_new_images(session, claim.project_id or "")
