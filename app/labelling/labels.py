"""Labels given in the browser of images: indicators, and corrections of labels that are there."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.models import Annotation, Category, Image, Query, Round, Step
from app.core.order import newest_first
from app.core.problems import Problem, not_found
from app.core.states import ROUND_ENDED
from app.deps import Principal
from app.labelling import queue
from app.labelling.records import EXCLUDING, Target, supersede
from app.labelling.schemas import AnnotationOut, Answer
from app.labelling.submit import submit
from app.labelling.weak import withdraw_cluster
from app.projects.merged import read_merged
from app.projects.weak_labels import WEAK


@dataclass(frozen=True)
class Labelled:
    """The label that stands now. `job_ids` are of the round's jobs that it started."""

    annotation: AnnotationOut
    job_ids: tuple[str, ...] = ()


def label_image(
    session: Session, image: Image, category_id: str, user: Principal, expected: int | None
) -> Labelled:
    """Give an image a label, or correct the one that it has; the old one becomes history.

    An image that a running round asks about is answered there, whoever it is handed to. `expected` is the
    version that the caller saw, None for no label: 412 where that is not what stands. 422 for what is no
    active category, and for an image of the test split: its truth comes with its import.
    """
    lock_images(session, [image.id])
    category = meant_category(session, image.project_id, category_id)
    standing = standing_label(session, image.id)
    require_version(standing, expected)
    if image.split == "test":
        raise Problem(422, "Test images are for measuring. Import them with their truths.")
    if standing is None:
        return _first_label(session, image, category, user)
    if standing.category_id != category.id:
        standing = correct(session, standing, category.id, user)
    return Labelled(annotation_out(standing))


def withdraw_label(session: Session, image: Image, expected: int | None) -> None:
    """Turn an indicator or imported label into history. 404 without a label, 409 for an answer to a query."""
    lock_images(session, [image.id])
    standing = standing_label(session, image.id)
    if standing is None:
        raise not_found("label")
    if expected is not None:
        require_version(standing, expected)
    if standing.query_id is not None:
        raise Problem(409, "This label answers a query. Correct it, or undo it where you label.")
    supersede(session.connection(), standing.id)
    if standing.skip in EXCLUDING:
        queue.include_image(session.connection(), image.id)


def standing_label(session: Session, image_id: str) -> Annotation | None:
    """Return the live annotation by which somebody said what an image is, or that it cannot be used.

    None without one: a weak label is replaced unseen.
    """
    return session.scalar(
        select(Annotation)
        .where(Annotation.image_id == image_id, Annotation.superseded_at.is_(None), Annotation.kind != WEAK)
        .where(Annotation.category_id.is_not(None) | Annotation.skip.in_(EXCLUDING))
        .order_by(*newest_first(Annotation))
        .limit(1)
    )


def require_version(standing: Annotation | None, expected: int | None) -> None:
    """Raise 412 where the caller has not seen what stands."""
    version = standing.version if standing else None
    if version != expected:
        reason = "Somebody has changed this label since you saw it." if standing else "There is no label."
        raise Problem(412, reason, annotation_version=version)


def annotation_out(row: Annotation) -> AnnotationOut:
    """Return an annotation as the API shows it."""
    return AnnotationOut.model_validate({name: getattr(row, name) for name in AnnotationOut.model_fields})


def meant_category(
    session: Session, project_id: str, category_id: str, field: str = "category_id"
) -> Category:
    """Return the active category, or the one that it was merged into, which stays so until the commit."""
    category = _active(session, project_id, category_id)
    if category is None and (target := read_merged(session, project_id).get(category_id)):
        category = _active(session, project_id, target)
    if category is None:
        raise Problem(422, "The project has no such active category.", field=field)
    return category


def _active(session: Session, project_id: str, category_id: str) -> Category | None:
    active = select(Category).where(
        Category.id == category_id, Category.project_id == project_id, Category.archived_at.is_(None)
    )
    return session.scalar(active.with_for_update(read=True, key_share=True))


def lock_images(session: Session, image_ids: Collection[str]) -> set[str]:
    """Lock images, and before them the steps that have asked about them: answers lock in the same order.

    Returns those that are there.
    """
    steps = select(Step.id).where(Step.id.in_(select(Query.step_id).where(Query.image_id.in_(image_ids))))
    session.execute(steps.order_by(Step.id).with_for_update(key_share=True))
    images = select(Image.id).where(Image.id.in_(image_ids)).order_by(Image.id)
    return set(session.scalars(images.with_for_update()))


def _first_label(session: Session, image: Image, category: Category, user: Principal) -> Labelled:
    open_query = session.scalar(
        select(Query)
        .join(Round, Round.id == Query.round_id)
        .where(Query.image_id == image.id, Query.state == "open", Round.state.not_in(ROUND_ENDED))
    )
    if open_query is not None:
        return _answer(session, open_query, category, user)
    last_version = select(func.max(Annotation.version)).where(Annotation.image_id == image.id)
    row = Annotation(
        project_id=image.project_id,
        image_id=image.id,
        category_id=category.id,
        kind="indicator",
        annotator_id=user.id,
        version=(session.scalar(last_version) or 0) + 1,
    )
    session.add(row)
    session.flush()
    return Labelled(annotation_out(row))


def _answer(session: Session, query: Query, category: Category, user: Principal) -> Labelled:
    project_id = category.project_id
    target = Target(user.id, query.id, query.image_id, query.step_id, query.round_id, project_id)
    outcome = submit(session.connection(), target, Answer(category_id=category.id), overrule=True)
    if outcome.annotation is None:
        raise Problem(409, "Somebody else has labelled this image meanwhile.")
    return Labelled(outcome.annotation, outcome.job_ids)


def correct(session: Session, old: Annotation, category_id: str, user: Principal) -> Annotation:
    """Return the label that takes the place of `old`, which becomes history; the image is locked."""
    connection, slot = session.connection(), old.slot
    supersede(connection, old.id)
    if old.query_id is not None:
        withdraw_cluster(connection, old.query_id)
        _supersede_own(session, old.query_id, user)
        queue.set_state(connection, old.query_id, "labelled")
    if old.skip in EXCLUDING:
        queue.include_image(connection, old.image_id)
    row = Annotation(
        project_id=old.project_id,
        image_id=old.image_id,
        query_id=old.query_id,
        slot=slot,
        category_id=category_id,
        kind=old.kind,
        annotator_id=user.id,
        version=old.version + 1,
    )
    session.add(row)
    session.flush()
    return row


def _supersede_own(session: Session, query_id: str, user: Principal) -> None:
    """Take back an "unclear" of the same person, who may have one live answer to a query."""
    own = select(Annotation.id).where(
        Annotation.query_id == query_id,
        Annotation.annotator_id == user.id,
        Annotation.superseded_at.is_(None),
    )
    for annotation_id in session.scalars(own).all():
        supersede(session.connection(), annotation_id)
