"""Pretraining jobs: they wait for their images, and save points and checkpoints as the child makes them."""

import time
from pathlib import Path

import structlog
from sqlalchemy.exc import OperationalError

from app.core.storage import StorageUnavailableError
from ml.messages import Checkpoint, FilesSource, PretrainPoint, SourceRequest, ThroughputRequest
from worker.causes import cause_of
from worker.child.model_process import COMMAND
from worker.child.warm_child import WarmChild
from worker.database.blobs import local_inputs
from worker.database.claims import Claim
from worker.database.outcomes import finish
from worker.database.pretraining import (
    PretrainingWork,
    awaited,
    load_pretraining,
    rewind_curve,
    save_checkpoint,
    save_points,
    save_pretrained,
)
from worker.database.requests import cache_directory
from worker.database.sources import load_source, save_source
from worker.watchdog import Watchdog

NICENESS = "19"
WAIT_SECONDS = 0.5
FLUSH_SECONDS = 1.0
log = structlog.get_logger()

child = WarmChild((*COMMAND, NICENESS), lasting=False)
"""The child of work that nobody waits for: it yields to everything else, and is let go after each job."""
measuring = WarmChild((*COMMAND, NICENESS), lasting=False)
"""The child of short work for somebody who considers a pretraining: it does not wait for one that runs."""


class Recorder:
    """Takes what the child reports: points are saved at most once a second, checkpoints at once.

    A busy database or an absent store costs no job: the points are tried again, the older checkpoint stays. A
    full disk stops the training, which would get no further than that checkpoint.
    """

    def __init__(self, claim: Claim, directory: Path) -> None:
        self._claim, self._directory = claim, directory
        self._points: list[PretrainPoint] = []
        self._flushed = 0.0

    def take(self, report: PretrainPoint | Checkpoint) -> None:
        """Save a report; LostClaimError where the claim is lost, OSError where the disk is full."""
        if isinstance(report, PretrainPoint):
            self._points.append(report)
            if time.monotonic() - self._flushed >= FLUSH_SECONDS:
                self.flush()
            return
        self.flush()
        file = self._directory / Path(report.name).name
        try:
            save_checkpoint(self._claim, file, report)
        except (OperationalError, OSError, StorageUnavailableError) as error:
            if cause_of(error) == "disk":
                raise
            log.warning("checkpoint.failed", step=report.step, error=str(error))
        file.unlink(missing_ok=True)

    def flush(self) -> None:
        """Save the points that wait."""
        self._flushed = time.monotonic()
        try:
            save_points(self._claim, self._points)
        except OperationalError as error:
            log.warning("points.failed", points=len(self._points), error=str(error.orig))
            return
        self._points = []


def pretrain(claim: Claim, watchdog: Watchdog) -> None:
    """Train an encoder without labels, going on from the job's newest whole checkpoint."""
    _wait(claim, watchdog)
    work = load_pretraining(claim)
    rewind_curve(claim)
    save_pretrained(claim, work, _train(claim, watchdog, work))


def _wait(claim: Claim, watchdog: Watchdog) -> None:
    while (reason := awaited(claim)) is not None:
        watchdog.progress(0.0, "waiting", reason)
        time.sleep(WAIT_SECONDS)


def _train(claim: Claim, watchdog: Watchdog, work: PretrainingWork) -> dict[str, object]:
    recorder = Recorder(claim, work.request.output_directory)
    request = work.request.model_dump_json()
    with local_inputs(work.request, watchdog.progress):
        details = child.run("pretrain", request, watchdog.progress, watchdog.check, recorder.take)
    recorder.flush()
    return details


def count_source(claim: Claim, watchdog: Watchdog) -> None:
    """Count the images of a source; what has to be downloaded for that is."""
    source = load_source(claim)
    if isinstance(source, FilesSource):
        save_source(claim, len(source.paths))
        return
    request = SourceRequest(source=source, cache_directory=cache_directory())
    counted = child.run("source", request.model_dump_json(), watchdog.progress, watchdog.check)
    save_source(claim, counted["images"])


def measure_throughput(claim: Claim, watchdog: Watchdog) -> None:
    """Measure how fast a pretraining would run on this machine."""
    request = ThroughputRequest(config=claim.params["config"])
    finish(
        claim.fence, measuring.run("throughput", request.model_dump_json(), watchdog.progress, watchdog.check)
    )
