"""Fits of a review: the model learns from what people have confirmed, and makes the next pages."""

from ml.messages import ReviewResult
from worker.database.blobs import local_inputs
from worker.database.claims import Claim
from worker.database.reviews import load_fit, put_off, save_fit
from worker.jobs.shared_child import child
from worker.watchdog import Watchdog


def fit(claim: Claim, watchdog: Watchdog) -> None:
    """Fit the model to all labels, and make pages of what it calls the rest; not during an audit."""
    if put_off(claim):
        return
    work = load_fit(claim)
    with local_inputs(work.request.step, watchdog.progress):
        result = child.run("review", work.request.model_dump_json(), watchdog.progress, watchdog.check)
    save_fit(claim, work, ReviewResult.model_validate(result))
