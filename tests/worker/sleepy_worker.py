"""A worker of the cpu queue whose imports do nothing for some seconds."""

import time

from worker import celery_app, handlers
from worker.guard import Guard
from worker.store.claims import Claim
from worker.store.outcomes import finish

SECONDS = 4.0


def sleep(claim: Claim, guard: Guard) -> None:
    """Take a while."""
    time.sleep(SECONDS)
    finish(claim.fence, {})


if __name__ == "__main__":
    handlers.HANDLERS["import"] = sleep
    celery_app.serve("cpu")
