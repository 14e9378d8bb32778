"""The images of a project with their labels and predictions, a page of rows at a time.

Each page is read in a transaction of its own, so that a slow download holds none. The names of categories are
those of the moment at which the source was opened: a label of a category that came later is none.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session

from app.core.database import read_session
from app.core.models import Annotation, Category, Image, Membership, Query, Round, Step, Truth, User
from app.core.order import newest_first
from app.core.states import ROUND_ENDED
from app.core.storage import get_storage
from app.core.storage.keys import image_key
from app.exports.schemas import ExportedImage, ExportedLabel, Guess
from app.projects.merged import Merged, count_together, read_merged
from app.projects.weak_labels import WEAK
from app.rounds.newest import LostModel, TrainedStep, lost_models
from app.rounds.predictions import CONFIDENCE_DIGITS, Predictions, latest_predictions

ROWS_PER_PAGE = 500
SPLITS = ("pool", "test")


@dataclass(frozen=True)
class Source:
    """What an export is made from: names by category id, which of them count as another, predictions, the
    models that cannot predict because files are lost, and whether truths may go out.
    """

    project_id: str
    categories: dict[str, str]
    merged: Merged
    predictions: Predictions | None
    lost_models: tuple[LostModel, ...]
    with_truth: bool

    @property
    def listed(self) -> list[str]:
        """Return the names of the categories in their order, without those that count as another."""
        return [name for category_id, name in self.categories.items() if category_id not in self.merged]

    def name_of(self, category_id: str | None) -> str | None:
        """Return the name of a category, or of the one that it counts as; None for one made since."""
        return self.categories.get(self.merged.get(category_id, category_id)) if category_id else None

    @property
    def model(self) -> TrainedStep | None:
        """Return which model predicts, or None without one."""
        return self.predictions.model if self.predictions else None


def open_source(session: Session, project_id: str, user_id: str) -> Source:
    """Return what a member's exports read from: truths go out to owners, after the last round."""
    role = select(Membership.role).where(Membership.project_id == project_id, Membership.user_id == user_id)
    names = select(Category.id, Category.name).where(Category.project_id == project_id)
    return Source(
        project_id=project_id,
        categories={row.id: row.name for row in session.execute(names.order_by(Category.position))},
        merged=read_merged(session, project_id),
        predictions=latest_predictions(session, project_id),
        lost_models=lost_models(session, project_id),
        with_truth=session.scalar(role) == "owner" and _rounds_have_ended(session, project_id),
    )


def _rounds_have_ended(session: Session, project_id: str) -> bool:
    states = set(session.scalars(select(Round.state).where(Round.project_id == project_id)))
    return bool(states) and states <= set(ROUND_ENDED)


def exported_images(source: Source) -> Iterator[ExportedImage]:
    """Yield the project's images, the pool's first."""
    for split in SPLITS:
        yield from _in_pages(source, partial(_page_of_split, source, split))


def _page_of_split(source: Source, split: str, after: str) -> Select[Image]:
    """Return the page after an id; within a split the index gives the rows in their order."""
    of_split = select(Image).where(Image.project_id == source.project_id, Image.split == split)
    return of_split.where(Image.id > after).limit(ROWS_PER_PAGE)


def labelled_images(source: Source) -> Iterator[ExportedImage]:
    """Yield the project's images that have a label."""
    yield from _in_pages(source, partial(_page_of_labelled, source))


def _page_of_labelled(source: Source, after: str) -> Select[Image]:
    """Return the page after an id; it is found by the labels, which may be few where images are many."""
    labelled = select(Annotation.image_id).where(
        Annotation.project_id == source.project_id,
        Annotation.superseded_at.is_(None),
        Annotation.category_id.is_not(None),
        Annotation.image_id > after,
    )
    some = labelled.distinct().order_by(Annotation.image_id).limit(ROWS_PER_PAGE)
    return select(Image).where(Image.id.in_(some))


def _in_pages(source: Source, page: Callable[[str], Select[Image]]) -> Iterator[ExportedImage]:
    """Yield the images that `page` chooses after an id, page after page."""
    after: str | None = ""
    while after is not None:
        with read_session() as session:
            images = list(session.scalars(page(after).order_by(Image.id)))
            ids = [image.id for image in images]
            labels, truths = _labels(session, source, ids), _truths(session, source, ids)
        stored = stored_hashes(image.sha256 for image in images)
        for image in images:
            known = image.sha256 in stored
            yield _exported(source, image, labels[image.id], truths.get(image.id), stored=known)
        after = ids[-1] if len(ids) == ROWS_PER_PAGE else None


def stored_hashes(hashes: Iterable[str]) -> set[str]:
    """Return those of the images called by these hashes that are in storage."""
    names = {image_key(sha256): sha256 for sha256 in hashes}
    return {names[key] for key in get_storage().sizes(names)}


def _exported(
    source: Source, image: Image, labels: list[ExportedLabel], truth: str | None, *, stored: bool
) -> ExportedImage:
    return ExportedImage(
        stored=stored,
        id=image.id,
        filename=image.filename,
        path=image.path,
        sha256=image.sha256,
        split=image.split,
        format=image.format,
        excluded=image.excluded,
        labels=labels,
        prediction=prediction(source, image.id),
        truth=truth,
    )


def prediction(source: Source, image_id: str) -> Guess | None:
    """Return the newest model's guess for an image; None without one, or where its category is gone."""
    found = source.predictions.of(image_id) if source.predictions else None
    return _guess(source, *found) if found else None


def _guess(source: Source, category_id: str, confidence: float) -> Guess | None:
    name = source.name_of(category_id)
    return Guess(category=name, confidence=round(confidence, CONFIDENCE_DIGITS)) if name is not None else None


def _truths(session: Session, source: Source, image_ids: list[str]) -> dict[str, str]:
    if not source.with_truth:
        return {}
    statement = select(Truth.image_id, Truth.category_id).where(Truth.image_id.in_(image_ids))
    names = {row.image_id: source.name_of(row.category_id) for row in session.execute(statement)}
    return {image_id: name for image_id, name in names.items() if name is not None}


def _label_statement(image_ids: list[str]) -> Select[*tuple[Any, ...]]:
    return (
        select(Annotation, Query.round_id, Query.cluster_size, Query.suggestions, Step.index, User.name)
        .outerjoin(Query, Query.id == func.coalesce(Annotation.query_id, Annotation.cluster_query_id))
        .outerjoin(Step, Step.id == Query.step_id)
        .outerjoin(User, User.id == Annotation.annotator_id)
        .where(Annotation.image_id.in_(image_ids), Annotation.superseded_at.is_(None))
        .order_by(*newest_first(Annotation))
    )


def _labels(session: Session, source: Source, image_ids: list[str]) -> dict[str, list[ExportedLabel]]:
    found: dict[str, list[ExportedLabel]] = defaultdict(list)
    for row in session.execute(_label_statement(image_ids)):
        found[row.Annotation.image_id].append(_label(source, row))
    return defaultdict(list, {image_id: _standing(labels) for image_id, labels in found.items()})


def _standing(labels: list[ExportedLabel]) -> list[ExportedLabel]:
    """Return the labels of an image, without a weak one that another takes the place of."""
    others = [label for label in labels if label.kind != WEAK]
    return others if any(label.skip != "unclear" for label in others) else labels


def _label(source: Source, row: Row[*tuple[Any, ...]]) -> ExportedLabel:
    annotation = row.Annotation
    of_image = (
        row.suggestions if annotation.query_id is not None else None
    )  # a weak label's query shows another
    shown = next(iter(count_together(of_image or [], source.merged)), None)
    return ExportedLabel(
        category=source.name_of(annotation.category_id),
        skip=annotation.skip,
        kind=annotation.kind,
        round_id=row.round_id,
        step=row.index,
        cluster_size=row.cluster_size,
        suggestion=_guess(source, shown["category_id"], shown["confidence"]) if shown else None,
        annotator=row.name,
        seconds=annotation.seconds,
        version=annotation.version,
        created_at=annotation.created_at,
    )
