"""Saving an import, a batch at a time."""

from collections.abc import Sequence

from app.images.import_plan import ImportPlan
from app.images.importing import store_batch
from app.images.records import Outcome, Tally
from worker.store.claims import Claim, fenced_session


def save_batch(claim: Claim, plan: ImportPlan, outcomes: Sequence[Outcome], tally: Tally) -> None:
    """Add a batch's images and labels and count them; LostClaimError where the claim is lost."""
    with fenced_session(claim.fence) as session:
        store_batch(session, plan, outcomes, tally)
