"""Jobs of a round: its steps, and the search for its indicators."""

from ml.messages import StepResult
from worker.database.blobs import local_inputs
from worker.database.claims import Claim
from worker.database.outcomes import finish
from worker.database.requests import load_candidates, load_step
from worker.database.steps import save_step
from worker.jobs.shared_child import child
from worker.watchdog import Watchdog

NOTHING = StepResult(accuracy=None, train_labels=0, proposals=[], short=None, seconds={}, record={})
"""Of a proposal that nobody wants any more: the round was finished before it began."""


def evolve(claim: Claim, watchdog: Watchdog) -> None:
    """Complete one step of a round and propose the next, or one of both."""
    work = load_step(claim)
    if not work.trains and not work.request.ask:
        save_step(claim, work, NOTHING)
        return
    with local_inputs(work.request, watchdog.progress):
        result = child.run("step", work.request.model_dump_json(), watchdog.progress, watchdog.check)
    save_step(claim, work, StepResult.model_validate(result))


def find_candidates(claim: Claim, watchdog: Watchdog) -> None:
    """Find representatives of the pool, for a person to choose indicators from."""
    request = load_candidates(claim)
    with local_inputs(request, watchdog.progress):
        found = child.run("candidates", request.model_dump_json(), watchdog.progress, watchdog.check)
    finish(claim.fence, found)
