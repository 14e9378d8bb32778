"""Predicting the images that came after the newest model."""

import structlog

from ml.errors import UnusableInputError
from ml.messages import PredictResult
from worker.child.warm_child import InputRefusedError
from worker.database.blobs import local_inputs
from worker.database.claims import Claim
from worker.database.later_images import load_later_images, save_later_images
from worker.database.outcomes import finish
from worker.jobs.shared_child import child
from worker.watchdog import Watchdog

log = structlog.get_logger()


def predict(claim: Claim, watchdog: Watchdog) -> None:
    """Have the newest model say what the images show that it has not seen.

    A model that cannot be used fails the job that somebody asked for; one that began by itself ends quietly.
    """
    try:
        _predict(claim, watchdog)
    except (InputRefusedError, UnusableInputError) as error:
        if claim.created_by is not None:
            raise
        log.warning("predict.skipped", reason=str(error))
        finish(claim.fence, PredictResult(predicted=0, unreadable=0, skipped=str(error)).model_dump())


def _predict(claim: Claim, watchdog: Watchdog) -> None:
    work = load_later_images(claim)
    if work.model is None or work.request is None:
        finish(claim.fence, PredictResult(predicted=0, unreadable=0).model_dump())
        return
    with local_inputs(work.request, watchdog.progress):
        result = child.run("predict", work.request.model_dump_json(), watchdog.progress, watchdog.check)
    save_later_images(claim, work.model, PredictResult.model_validate(result))
