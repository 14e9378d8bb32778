"""Encoders compared on the labels that there are: what was measured, and the jobs that measure the rest."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.core.models import Annotation, Category, Encoder, Image, Job, Project
from app.core.order import newest_first, oldest_first
from app.core.states import JOB_LIVE
from app.encoders.comparison_schemas import ComparisonOut, DifferenceOut, MeasuredOut
from app.jobs.service import create_job
from app.projects.weak_labels import WEAK
from ml.forecast.paired import difference, is_shown, share_right

KIND = "compare"
# Labels of a category, and categories that have as many: fewer cannot be left out of each other.
EACH, CATEGORIES = 2, 2
LabelRows = Sequence[Row[*tuple[Any, ...]]]


@dataclass(frozen=True)
class Measure:
    """What is known of one encoder: the job that says so, done with the labels of now or not."""

    encoder_id: str
    job: Job | None
    current: bool

    @property
    def result(self) -> dict[str, Any]:
        """Return what was measured with the labels of now; empty where nothing was."""
        return (self.job.result or {}) if self.job is not None and self.current else {}

    @property
    def hits(self) -> dict[str, bool]:
        """Return, by image, whether the label was guessed."""
        found: dict[str, bool] = self.result.get("hits") or {}
        return found


def label_rows(session: Session, project_id: str) -> LabelRows:
    """Return (id, image id, category id) of the newest live label of each pool image that is not weak."""
    statement = (
        select(Annotation.id, Annotation.image_id, Annotation.category_id)
        .join(Image, Image.id == Annotation.image_id)
        .join(Category, Category.id == Annotation.category_id)
        .where(Annotation.project_id == project_id, Annotation.superseded_at.is_(None))
        .where(Image.split == "pool", Category.archived_at.is_(None), Annotation.kind != WEAK)
        .order_by(*oldest_first(Annotation))
    )
    newest: dict[str, Row[*tuple[Any, ...]]] = {row.image_id: row for row in session.execute(statement)}
    return list(newest.values())


def version_of(rows: LabelRows, images: int) -> str:
    """Return a name of these labels in a pool of so many images: other labels have another."""
    named = sorted(f"{row.image_id} {row.category_id}" for row in rows)
    return sha256("\n".join([str(images), *named]).encode()).hexdigest()[:32]


def comparison(session: Session, project_id: str) -> ComparisonOut:
    """Return what is known of the project's encoders by the labels that there are."""
    rows, version = _now(session, project_id)
    measures = _measures(session, project_id, version)
    return ComparisonOut(
        enough=_enough(rows),
        labels=len(rows),
        items=[_measured(each) for each in measures],
        differences=_differences(measures),
    )


def measure(session: Session, project_id: str, user_id: str) -> None:
    """Add a job for each encoder that was not measured with the labels of now; none for fewer than two."""
    session.scalar(select(Project.id).where(Project.id == project_id).with_for_update(key_share=True))
    rows, version = _now(session, project_id)
    measures = _measures(session, project_id, version)
    if len(measures) < CATEGORIES or not _enough(rows):
        return
    for each in measures:
        if each.job is None:
            params = {"encoder_id": each.encoder_id, "version": version}
            create_job(session, KIND, params, project_id=project_id, created_by=user_id)


def _now(session: Session, project_id: str) -> tuple[LabelRows, str]:
    pool = select(Project.pool_images).where(Project.id == project_id)
    rows = label_rows(session, project_id)
    return rows, version_of(rows, session.scalar(pool) or 0)


def _enough(rows: LabelRows) -> bool:
    counts = Counter(row.category_id for row in rows)
    return sum(count >= EACH for count in counts.values()) >= CATEGORIES


def _measures(session: Session, project_id: str, version: str) -> list[Measure]:
    """Return what is known of each encoder that a round can start on, in the order in which they came."""
    jobs = select(Job).where(Job.project_id == project_id, Job.kind == KIND).order_by(*newest_first(Job))
    found: dict[str, Measure] = {}
    for job in session.scalars(jobs.limit(200)):
        encoder_id = job.params["encoder_id"]
        done = (job.result or {}).get("version") == version
        stopped = job.state not in {*JOB_LIVE, "done"} and job.params["version"] == version
        if encoder_id not in found and (done or stopped or job.state in JOB_LIVE):
            found[encoder_id] = Measure(encoder_id, job, done)
    ready = select(Encoder.id).where(
        Encoder.project_id == project_id, Encoder.state == "ready", Encoder.kind != "finetuned"
    )
    ids = session.scalars(ready.order_by(*oldest_first(Encoder)))
    return [found.get(each, Measure(each, None, current=False)) for each in ids]


def _measured(found: Measure) -> MeasuredOut:
    if not found.hits:
        state = "none" if found.job is None else ("measuring" if found.job.state in JOB_LIVE else "failed")
        return MeasuredOut(encoder_id=found.encoder_id, state=state)
    right = share_right(list(found.hits.values()))
    return MeasuredOut(
        encoder_id=found.encoder_id,
        state="measured",
        accuracy=right.middle,
        standard_error=right.error,
        labels=len(found.hits),
        images_left=found.result["missing"],
        seconds=found.result["seconds"],
    )


def _differences(measures: Sequence[Measure]) -> list[DifferenceOut]:
    """Return how much better the best encoder is than each other, on the images that both were given."""
    known = [each for each in measures if each.hits]
    if len(known) < CATEGORIES:
        return []
    best = max(known, key=lambda each: share_right(list(each.hits.values())).middle)
    return [_difference(best, other) for other in known if other is not best]


def _difference(best: Measure, other: Measure) -> DifferenceOut:
    images = [image for image in best.hits if image in other.hits]
    found = difference([best.hits[each] for each in images], [other.hits[each] for each in images])
    return DifferenceOut(
        encoder_id=best.encoder_id,
        other_id=other.encoder_id,
        difference=found.middle,
        standard_error=found.error,
        labels=len(images),
        shown=is_shown(found),
    )
