"""A worker of the cpu queue whose imports do nothing for some seconds."""

import time

from worker.consumer import celery_app
from worker.database.claims import Claim
from worker.database.outcomes import finish
from worker.jobs import handlers
from worker.watchdog import Watchdog

SECONDS = 4.0


def sleep(claim: Claim, watchdog: Watchdog) -> None:
    """Take a while."""
    time.sleep(SECONDS)
    finish(claim.fence, {})


if __name__ == "__main__":
    handlers.HANDLERS["import"] = sleep
    celery_app.serve("cpu")
