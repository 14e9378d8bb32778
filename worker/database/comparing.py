"""Comparing encoders: the labels that there are, as the child is asked about them."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.database import read_session
from app.encoders.comparing import label_rows, version_of
from ml.step.comparing import CompareRequest
from worker.database.ahead import SECONDS
from worker.database.claims import Claim
from worker.database.requests import cache_directory, encoder_file, pool_images


@dataclass(frozen=True)
class ComparisonWork:
    """A request, and the `version` of the labels that it is about."""

    request: CompareRequest
    version: str


def load_comparison(claim: Claim) -> ComparisonWork:
    """Return the work of a `compare` job with the labels as they are now."""
    with read_session() as session:
        return _loaded(session, claim.project_id or "", claim.params["encoder_id"])


def _loaded(session: Session, project_id: str, encoder_id: str) -> ComparisonWork:
    rows, connection = label_rows(session, project_id), session.connection()
    position = {category: at for at, category in enumerate(sorted({row.category_id for row in rows}))}
    pool = pool_images(connection, project_id)
    request = CompareRequest(
        encoder=encoder_file(connection, encoder_id),
        pool=pool,
        labels={row.image_id: position[row.category_id] for row in rows},
        seconds=SECONDS,
        cache_directory=cache_directory(),
    )
    return ComparisonWork(request, version_of(rows, len(pool)))
