"""Import jobs: they run in the worker itself, for decoding images needs no torch."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from app.core.config import get_settings
from app.core.problems import Problem
from app.images.import_plan import ImportPlan
from app.images.importing import (
    Entry,
    folder_entries,
    import_plan,
    lookup,
    open_source,
    prepare_batches,
    resume,
)
from app.images.schemas import DatasetImport
from ml.errors import UnusableInputError
from ml.images.digits import write_digits
from worker.child.warm_child import JobFailedError
from worker.database.claims import Claim
from worker.database.imports import finish_import, save_batch
from worker.jobs.pace import Pace
from worker.watchdog import Watchdog


def import_images(claim: Claim, watchdog: Watchdog) -> None:
    """Import what the claim's plan names, from where an earlier worker was stopped.

    Images that were there before the job count as duplicates.
    """
    plan = import_plan(claim.project_id or "", claim.params, claim.fence.job_id)
    watchdog.progress(0.0, "reading", "looking for images")
    try:
        with _entries(plan) as entries:
            checkpoint = resume(claim.checkpoint, entries)
            pace = Pace(checkpoint.files, len(entries))
            for outcomes in prepare_batches(entries[checkpoint.files :], lookup(plan.project_id)):
                batch = entries[checkpoint.files : checkpoint.files + len(outcomes)]
                save_batch(claim, plan, batch, outcomes, checkpoint)
                watchdog.progress(
                    checkpoint.files / len(entries), "importing", pace.message(checkpoint.files)
                )
    except (Problem, UnusableInputError) as error:
        raise JobFailedError(str(error)) from error
    finish_import(claim, plan, checkpoint)


@contextmanager
def _entries(plan: ImportPlan) -> Iterator[Sequence[Entry]]:
    if not isinstance(plan.source, DatasetImport):
        with open_source(plan.source, labelled=plan.labels != "ignore") as entries:
            yield entries
        return
    directory = get_settings().work_directory / "datasets" / plan.source.name
    write_digits(directory)
    yield folder_entries(directory / plan.split, [directory])
