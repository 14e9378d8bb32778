"""Measuring an encoder on the labels that there are, behind the jobs that people wait for."""

from ml.step.comparing import CompareRequest, CompareResult
from worker.database.ahead import somebody_waits
from worker.database.blobs import local_inputs
from worker.database.claims import Claim
from worker.database.comparing import load_comparison
from worker.database.outcomes import finish
from worker.jobs.shared_child import child
from worker.watchdog import GivesWayError, Watchdog


def compare(claim: Claim, watchdog: Watchdog) -> None:
    """Say which labels the encoder gets right without them, and how long embedding the rest would take.

    The job goes behind others that people wait for: what is embedded until then is kept.
    """
    work = load_comparison(claim)
    with local_inputs(work.request, watchdog.progress):
        result, seconds = _compare(claim, watchdog, work.request)
    measured = {"hits": result.hits, "missing": result.missing, "seconds": seconds}
    finish(claim.fence, {"version": work.version, **measured})


def _compare(claim: Claim, watchdog: Watchdog, request: CompareRequest) -> tuple[CompareResult, float]:
    """Return the result, and the seconds that embedding what is missing of the pool would take."""
    embedded, seconds, unreadable = 0, 0.0, list[str]()
    while True:
        asked = request.model_copy(update={"unreadable": unreadable, "timed": embedded > 0})
        said = child.run("compare", asked.model_dump_json(), watchdog.progress, watchdog.check)
        result = CompareResult.model_validate(said)
        embedded += result.embedded
        seconds += result.seconds
        unreadable += result.unreadable
        if result.hits is not None:
            return result, round(result.missing * seconds / max(1, embedded), 1)
        if somebody_waits(claim):
            raise GivesWayError(claim.fence.job_id)
