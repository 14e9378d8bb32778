"""Predicting the images that came after the newest model."""

from ml.messages import PredictResult
from worker.guard import Guard
from worker.store.blobs import local_inputs
from worker.store.claims import Claim
from worker.store.later_images import load_later_images, save_later_images
from worker.store.outcomes import finish
from worker.warm_child import WarmChild


def predict(claim: Claim, guard: Guard, child: WarmChild) -> None:
    """Have the newest model say what the images show that it has not seen."""
    work = load_later_images(claim)
    if work.model is None or work.request is None:
        finish(claim.fence, PredictResult(predicted=0, unreadable=0).model_dump())
        return
    with local_inputs(work.request, guard.progress):
        result = child.run("predict", work.request.model_dump_json(), guard.progress, guard.check)
    save_later_images(claim, work.model, PredictResult.model_validate(result))
