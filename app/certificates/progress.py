"""How far an audit is: what its answers prove."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from app.certificates.schemas import Progress
from app.core.models import Audit, AuditItem
from ml.certificate.audit import Answer, wrong_allowed
from ml.certificate.audit import Audit as Sample
from ml.certificate.plan import answers_left

# Who sees the bound move with each answer sees whether the model agreed, and thinks again where it did not.
SHOWN_EVERY = 10
ANSWERED: ColumnElement[bool] = or_(AuditItem.category_id.is_not(None), AuditItem.skipped)


@dataclass(frozen=True)
class Answers:
    """What people answered: `answers` by place up to the last that has one, None where there is none."""

    audit: Audit
    answers: list[Answer | None]

    def sample(self, most: int | None = None) -> Sample:
        """Return what the answers before the first gap prove, the first `most` of them if given."""
        start = Sample(self.audit.population, self.audit.alpha, mistakes=self.audit.mistakes)
        return start.with_answers(self.answers[:most])

    @property
    def allowed(self) -> int:
        """Return how many labels may be wrong where the goal is reached."""
        return wrong_allowed(self.audit.images, self.audit.goal)

    @property
    def seen_before(self) -> int:
        """Return how many images people had seen when the audit began."""
        return self.audit.images - self.audit.population

    @property
    def seen_now(self) -> int:
        """Return how many images people have seen but for what they saw by other ways since."""
        return self.seen_before + self.sample().named

    def passes(self, later: int = 0) -> bool:
        """Return whether the goal is reached, where people have seen `later` images by other ways."""
        return self.sample().wrong_at_most(self.seen_before + later) <= self.allowed


def read_answers(session: Session, audit: Audit) -> Answers:
    """Return the answers of an audit as they stand."""
    rows = session.execute(
        select(AuditItem.position, AuditItem.label_id, AuditItem.category_id, AuditItem.skipped)
        .where(AuditItem.audit_id == audit.id, ANSWERED)
        .order_by(AuditItem.position)
    ).all()
    answers: list[Answer | None] = [None] * (rows[-1].position + 1 if rows else 0)
    for row in rows:
        right: Answer = "right" if row.category_id == row.label_id else "wrong"
        answers[row.position] = "skipped" if row.skipped else right
    return Answers(audit, answers)


def shown_progress(session: Session, audit: Audit) -> Progress:
    """Return how far an audit is, for people; while it is open, as of every tenth answer."""
    found = read_answers(session, audit)
    count = found.sample().audited
    shown = count - count % SHOWN_EVERY if audit.state == "open" else count
    sample = found.sample(shown)
    wrong = sample.wrong_at_most(found.seen_before)
    rate = (sample.wrong + 0.5) / (sample.audited + 1)
    return Progress(
        answered=sum(answer is not None for answer in found.answers),
        counted=shown,
        found_wrong=sample.wrong,
        skipped=sample.skipped,
        wrong_at_most=wrong,
        share_at_most=wrong / audit.images if audit.images else 0.0,
        answers_left=_left(sample, found, rate) if audit.state == "open" and shown else None,
    )


def _left(sample: Sample, found: Answers, rate: float) -> int | None:
    mistaken = sample.wrong_at_most(found.seen_before) - sample.wrong_left
    return answers_left(sample, found.allowed - mistaken, rate)


def answered_by_people(session: Session, audit: Audit) -> int:
    """Return how many answers an audit has."""
    counted = select(func.count()).where(AuditItem.audit_id == audit.id, ANSWERED)
    return session.scalar(counted) or 0
