"""What an audit would take, before anybody begins it."""

from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.certificates.audits import attempt_of
from app.certificates.labels import Labels, labels_now
from app.certificates.progress import read_answers
from app.certificates.schemas import PlanOut, PlanRow
from app.core.models import Audit, ReviewPage, Round
from app.core.order import newest_first
from app.rounds.forecast import wrong_by_confidence
from app.rounds.predictions import Predictions, latest_predictions
from ml.certificate.audit import alpha_of, wrong_allowed
from ml.certificate.plan import planned, roughly_planned

# A longer audit is planned roughly: what its answers are likely to be takes seconds to follow.
EXACT = 3_000
PAGES = 8


def plan(session: Session, project_id: str, goal: float, sure: float) -> PlanOut:
    """Return how many answers an audit takes by what is known of how often the model is wrong."""
    labels = labels_now(session, project_id)
    attempt = attempt_of(session, project_id, goal)
    alpha, allowed = alpha_of(1 - sure, attempt), wrong_allowed(labels.images, goal)
    rates = rates_known(session, project_id, labels) if labels.unseen else []
    return PlanOut(
        images=labels.images,
        seen=len(labels.seen),
        unseen=len(labels.unseen),
        without_label=len(labels.without),
        allowed=allowed,
        attempt=attempt,
        alpha=alpha,
        rates=[_row(source, rate, len(labels.unseen), allowed, alpha) for source, rate in rates],
    )


def rates_known(session: Session, project_id: str, labels: Labels) -> list[tuple[str, float]]:
    """Return shares of the unseen labels that may be wrong, each with where it comes from."""
    predictions = latest_predictions(session, project_id)
    rates = [("none", 0.0)]
    if predictions is not None:
        known = wrong_by_confidence(session, project_id)
        rates.append(("model", _expected(predictions, labels) if known is None else known))
        if predictions.model.accuracy is not None:
            rates.append(("test", 1 - predictions.model.accuracy.top1))
    if (pages := _on_pages(session, project_id)) is not None:
        rates.append(("review", pages))
    last = session.scalars(
        select(Audit)
        .where(Audit.project_id == project_id, Audit.state != "open")
        .order_by(*newest_first(Audit))
    ).first()
    sample = read_answers(session, last).sample() if last else None
    if sample and sample.audited:
        rates.append(("audit", sample.wrong / sample.audited))
    return rates


def _on_pages(session: Session, project_id: str) -> float | None:
    """Return the share of images that people corrected on the newest pages; None without any."""
    pages = session.scalars(
        select(ReviewPage)
        .join(Round, Round.id == ReviewPage.round_id)
        .where(Round.project_id == project_id, ReviewPage.confirmed_at.is_not(None))
        .where(ReviewPage.category_id.is_not(None))
        .order_by(ReviewPage.confirmed_at.desc(), ReviewPage.fit.desc(), ReviewPage.position.desc())
        .limit(PAGES)
    ).all()
    shown = sum(len(page.images) for page in pages)
    return sum(page.corrected for page in pages) / shown if shown else None


@lru_cache(maxsize=4)
def _expected(predictions: Predictions, labels: Labels) -> float:
    """Return the share of its labels that the model expects to be wrong, by how sure it is of each."""
    sure = [found[1] for image in labels.unseen if (found := predictions.of(image))]
    return 1 - sum(sure) / len(sure) if sure else 0.0


@lru_cache(maxsize=256)
def _row(source: str, rate: float, unseen: int, allowed: int, alpha: float) -> PlanRow:
    row = PlanRow.model_validate(
        {"source": source, "rate": round(rate, 4), "mean": None, "median": None, "most": None}
    )
    if round(rate * unseen) >= allowed and unseen > allowed and rate > 0:
        return row
    about = roughly_planned(unseen, allowed, alpha, rate)
    if about > EXACT:
        return row.model_copy(update={"mean": float(about)})
    found = planned(unseen, allowed, alpha, rate)
    return row.model_copy(update={"mean": round(found.mean, 1), "median": found.median, "most": found.most})
