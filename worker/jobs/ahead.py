"""Embedding the images that come while a round runs, in the pauses between its steps."""

import structlog

from ml.errors import UnusableInputError
from ml.messages import EmbedRequest, EmbedResult
from worker.child.warm_child import InputRefusedError
from worker.database.ahead import finish_embedding, load_embedding, somebody_waits
from worker.database.blobs import local_inputs
from worker.database.claims import Claim
from worker.jobs.shared_child import child
from worker.watchdog import GivesWayError, Watchdog

log = structlog.get_logger()


def embed(claim: Claim, watchdog: Watchdog) -> None:
    """Embed the images of the project on the encoders of its round.

    The job goes behind others that people wait for: what is embedded until then is kept. What cannot be
    embedded is left to the step, which says why.
    """
    result: dict[str, object] = {"embedded": 0, "unreadable": 0}
    try:
        for request in load_embedding(claim):
            embedded, unreadable = _embed(claim, watchdog, request)
            result = {"embedded": embedded, "unreadable": unreadable}
    except (InputRefusedError, UnusableInputError) as error:
        log.warning("embed.skipped", reason=str(error))
        result["skipped"] = str(error)
    finish_embedding(claim, result)


def _embed(claim: Claim, watchdog: Watchdog, request: EmbedRequest) -> tuple[int, int]:
    embedded, unreadable = 0, list[str]()
    with local_inputs(request, watchdog.progress):
        while True:
            asked = request.model_copy(update={"unreadable": unreadable})
            said = child.run("embed", asked.model_dump_json(), watchdog.progress, watchdog.check)
            result = EmbedResult.model_validate(said)
            embedded += result.embedded
            unreadable += result.unreadable
            if not result.left:
                return embedded, len(unreadable)
            if somebody_waits(claim):
                raise GivesWayError(claim.fence.job_id)
