"""Deleting projects: it leaves the database to others half of the time."""

import time

from worker.database.claims import Claim
from worker.database.deleting import delete_rest, delete_some, remove_again
from worker.watchdog import Watchdog


def delete_project(claim: Claim, watchdog: Watchdog) -> None:
    """Delete the claim's project, from where an earlier worker was stopped."""
    project_id = claim.params["project_id"]
    watchdog.progress(0.0, "deleting", "")
    remove_again(claim)
    done = 0
    while True:
        began = time.monotonic()
        number, left = delete_some(claim, project_id)
        if number == 0:
            break
        done += number
        watchdog.progress(done / (done + left), "deleting", f"{left:,} images left")
        time.sleep(time.monotonic() - began)
    delete_rest(claim, project_id)
