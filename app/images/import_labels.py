"""What an import says of its images: truths or annotations, and where it contradicts itself."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.models import Category, Image, LabelConflict, Project
from app.core.names import name_key
from app.images.ingest import Known, Prepared
from app.images.label_stores import LabelStore, Origin, label_store
from app.images.records import Tally
from app.images.schemas import Labels
from app.projects.category_service import add_category, lock_categories
from app.projects.merged import read_merged


@dataclass(frozen=True, slots=True)
class LabelPlan:
    """What is done with labels that come with files: `import_id` is the same for all files of one import.

    `new_categories` says whether a label that is no category's name makes one.
    """

    project_id: str
    labels: Labels
    new_categories: bool
    created_by: str | None
    import_id: str


def makes_categories(session: Session, project_id: str, labels: Labels) -> bool:
    """Return whether labels make missing categories: annotations do, and truths make the first ones."""
    active = select(func.count()).where(Category.project_id == project_id, Category.archived_at.is_(None))
    return labels == "annotate" or not session.scalar(active)


@dataclass(frozen=True, slots=True)
class Given:
    """A file that says what its image is."""

    image_id: str
    path: str
    label: str


def apply_labels(
    session: Session,
    plan: LabelPlan,
    images: Sequence[Prepared | Known],
    ids: Mapping[str, str],
    tally: Tally,
) -> None:
    """Give the images what their folders say, and count it in `tally`; `ids` maps sha256 to image id.

    Files of no class folder are stored without a label and listed.
    """
    stored = [each for each in images if each.sha256 in ids]
    for each in stored:
        if not each.label:
            tally.leave_unlabelled(each.path, "It lies in no folder.")
    given = [Given(ids[each.sha256], each.path, each.label) for each in stored if each.label]
    give_labels(session, plan, given, tally)


def give_labels(session: Session, plan: LabelPlan, given: Sequence[Given], tally: Tally) -> None:
    """Give images their labels in the caller's transaction, and count them in `tally`.

    An image that files of one import give different categories gets none of them: all its files are listed
    as a conflict. A label of no category, where it may make none, and one that would change somebody's answer
    are listed with the reason.
    """
    categories = _categories(session, plan, [each.label for each in given])
    by_image: dict[str, list[Given]] = {}
    for each in given:
        if name_key(each.label) in categories:
            by_image.setdefault(each.image_id, []).append(each)
        else:
            tally.leave_unlabelled(each.path, f"There is no active category called {each.label}.")
    splits = _lock(session, by_image)
    if plan.labels == "annotate":
        by_image = dict(_of_the_pool(by_image, splits, tally))
    if by_image:
        _Giving(session, plan, categories, tally, set(by_image)).give(by_image)


def _of_the_pool(
    by_image: Mapping[str, list[Given]], splits: Mapping[str, str], tally: Tally
) -> Iterator[tuple[str, list[Given]]]:
    """Yield what may be learned from; test images are for measuring and have truths."""
    for image_id, files in by_image.items():
        if splits.get(image_id) != "test":
            yield image_id, files
            continue
        for each in files:
            tally.leave_unlabelled(each.path, "It is a test image. Labels of test images are truths.")


class _Giving:
    """One batch of labels on its way to the images of its files."""

    def __init__(
        self, session: Session, plan: LabelPlan, categories: dict[str, str], tally: Tally, images: set[str]
    ) -> None:
        self._session, self._plan, self._categories, self._tally = session, plan, categories, tally
        self._store: LabelStore = label_store(session, plan.labels, _origin(plan))
        self._standing = self._store.standing(images)
        conflicts = select(LabelConflict.image_id).where(
            LabelConflict.import_id == plan.import_id, LabelConflict.image_id.in_(images)
        )
        self._conflicting = set(session.scalars(conflicts))

    def give(self, by_image: Mapping[str, list[Given]]) -> None:
        chosen: dict[str, str] = {}
        for image_id, files in by_image.items():
            category_id = self._one_category(image_id, files)
            if category_id is not None and self._may_change(image_id, files, category_id):
                chosen[image_id] = category_id
        self._store.add(chosen)
        self._tally.labelled += len(chosen)

    def _one_category(self, image_id: str, files: list[Given]) -> str | None:
        """Return what the import says of the image for the first time; None where its files differ."""
        said = {self._categories[name_key(each.label)] for each in files}
        standing = self._standing.get(image_id)
        before = standing is not None and standing.import_id == self._plan.import_id
        if standing is not None and before:
            said.add(standing.category_id)
        known = image_id in self._conflicting
        if len(said) == 1 and not known:
            return None if before else said.pop()
        if standing is not None and before and not known:
            files = [Given(image_id, standing.path, standing.category), *files]
            self._store.withdraw(image_id)
            self._tally.labelled -= 1
        self._keep_conflict(image_id, files, known=known)
        return None

    def _keep_conflict(self, image_id: str, files: list[Given], *, known: bool) -> None:
        self._tally.conflict(
            image_id, [each.path for each in files], [each.label for each in files], known=known
        )
        kept = select(LabelConflict.path).where(
            LabelConflict.import_id == self._plan.import_id, LabelConflict.image_id == image_id
        )
        there = set(self._session.scalars(kept))
        for each in files:
            if each.path not in there:
                there.add(each.path)
                row = LabelConflict(image_id=image_id, import_id=self._plan.import_id, path=each.path)
                self._session.add(row)
        self._session.flush()

    def _may_change(self, image_id: str, files: list[Given], category_id: str) -> bool:
        """Return whether the label is new; a different one stays where it is somebody's answer."""
        standing = self._standing.get(image_id)
        if standing is None:
            return True
        if standing.category_id == category_id:
            return False
        if not self._store.replaces:
            self._tally.leave_unlabelled(
                files[0].path, f"Its label stays: it is {standing.category} already."
            )
        return self._store.replaces


def _origin(plan: LabelPlan) -> Origin:
    return Origin(plan.project_id, plan.created_by, plan.import_id)


def _lock(session: Session, image_ids: Collection[str]) -> dict[str, str]:
    """Lock the images, in one order, so that two requests of one import see each other's labels.

    Returns their splits by id.
    """
    rows = select(Image.id, Image.split).where(Image.id.in_(image_ids)).order_by(Image.id)
    return dict(session.execute(rows.with_for_update(key_share=True)).all())


def _categories(session: Session, plan: LabelPlan, names: Sequence[str]) -> dict[str, str]:
    """Return the ids of the active categories by key of their name, those of merged ones included.

    The plan says whether others are made; one that is merged into an archived category is neither.
    """
    listed = lock_categories(session, plan.project_id)  # so that none is merged before the commit
    found = {name_key(each.name): each.id for each in listed if each.archived_at is None}
    active, merged = set(found.values()), read_merged(session, plan.project_id)
    for each in listed:
        if merged.get(each.id) in active:
            found.setdefault(name_key(each.name), merged[each.id])
    known = found.keys() | {name_key(each.name) for each in listed if each.id in merged}
    missing: dict[str, str] = {}
    for name in names:
        if name_key(name) not in known:
            missing.setdefault(name_key(name), name)
    if plan.new_categories and missing:
        project = session.get_one(Project, plan.project_id)
        for key, name in missing.items():
            found[key] = add_category(session, project, name).id
    return found
