"""Predictions of images that came after the newest model: which there are, and keeping them."""

from dataclasses import dataclass

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from app.core.database import read_session
from app.core.models import Image, LaterPredictions
from app.core.storage import get_storage
from app.exports.models import description_of, is_finetuned
from app.rounds.newest import TrainedStep, newest_model
from app.rounds.predictions import predictions_of
from ml.errors import UnusableInputError
from ml.images.files.rule import EARLIER_RULE, reads_as_now
from ml.messages import ImageFile, PredictRequest, PredictResult
from worker.database.claims import Claim, fenced_session
from worker.database.outcomes import finish_in
from worker.database.published import publish
from worker.database.requests import (
    cache_directory,
    encoder_file,
    image_file,
    output_directory,
    second_encoder_file,
)


@dataclass(frozen=True)
class LaterWork:
    """What the child is asked about the images that `model` has not seen; None where there are none."""

    model: TrainedStep | None
    request: PredictRequest | None


def load_later_images(claim: Claim) -> LaterWork:
    """Return the work of a `predict` job: the images of the project as they are now.

    Raises UnusableInputError where they would be read otherwise than those that the model learned from.
    """
    project_id = claim.project_id or ""
    with read_session() as session:
        model = newest_model(session, project_id)
        if model is None:
            return LaterWork(None, None)
        images = _unseen(session, project_id, model)
        if not images:
            return LaterWork(model, None)
        if not reads_as_now(description_of(model)):  # told here before images are fetched for nothing
            raise UnusableInputError(EARLIER_RULE)
        return LaterWork(model, _request(session.connection(), claim, model, images))


def _unseen(session: Session, project_id: str, model: TrainedStep) -> list[ImageFile]:
    seen = predictions_of(model, {}).seen
    statement = select(Image.id, Image.sha256).where(Image.project_id == project_id).order_by(Image.id)
    return [image_file(*row) for row in session.execute(statement) if row[0] not in seen]


def _request(
    connection: Connection, claim: Claim, model: TrainedStep, images: list[ImageFile]
) -> PredictRequest:
    storage = get_storage()
    encoder = encoder_file(connection, model.encoder_id)
    if is_finetuned(model):
        own = str(storage.local_path(f"{model.key}/encoder.safetensors"))
        encoder = encoder.model_copy(update={"weights": own, "sha256": None})
    return PredictRequest(
        encoder=encoder,
        second_encoder=second_encoder_file(connection, model.second_encoder_id),
        head=storage.local_path(f"{model.key}/model.safetensors"),
        description=storage.local_path(f"{model.key}/model.json"),
        images=images,
        cache_directory=cache_directory(),
        output_directory=output_directory(claim),
    )


def save_later_images(claim: Claim, model: TrainedStep, result: PredictResult) -> None:
    """Publish what was said beside the step's own files, and end the job; LostClaimError.

    Two jobs may say the same of an image: it is the same model, so either will do.
    """
    prefix = publish(f"steps/{model.id}/later-{claim.fence.job_id}", claim, output_directory(claim))
    try:
        with fenced_session(claim.fence) as session:
            session.add(LaterPredictions(step_id=model.id, artefacts_key=prefix))
            finish_in(session, claim.fence, result.model_dump())
    except BaseException:
        get_storage().delete(prefix)
        raise
