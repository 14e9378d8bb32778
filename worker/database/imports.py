"""Saving an import, a batch at a time."""

from collections.abc import Sequence

from app.images.import_checkpoint import Checkpoint
from app.images.import_plan import ImportPlan
from app.images.importing import store_batch, tally_result
from app.images.ingest import Entry, Outcome
from app.rounds.arrivals import images_came
from worker.database.claims import Claim, fenced_session, held
from worker.database.outcomes import finish_in


def save_batch(
    claim: Claim,
    plan: ImportPlan,
    entries: Sequence[Entry],
    outcomes: Sequence[Outcome],
    checkpoint: Checkpoint,
) -> None:
    """Add what came of `entries` and advance the job's checkpoint, in one transaction.

    LostClaimError where the claim is lost.
    """
    checkpoint.advance(entries)
    with fenced_session(claim.fence) as session:
        store_batch(session, plan, outcomes, checkpoint.tally)
        session.execute(held(claim.fence).values(checkpoint=checkpoint.model_dump(mode="json")))


def finish_import(claim: Claim, plan: ImportPlan, checkpoint: Checkpoint) -> None:
    """End the job as done, and have what it has added embedded or predicted; LostClaimError."""
    with fenced_session(claim.fence) as session:
        finish_in(session, claim.fence, tally_result(plan, checkpoint.tally))
        if checkpoint.tally.created:
            images_came(session, plan.project_id)
