"""What the class folders of an import say about its images: truths or annotations."""

from collections.abc import Mapping, Sequence

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.core.database import now
from app.core.identifiers import new_id
from app.core.models import Annotation, Category, Project, Truth
from app.core.names import name_key
from app.images.import_plan import ImportPlan
from app.images.ingest import Known, Prepared, Refused
from app.projects.category_service import add_category


def apply_labels(
    session: Session, plan: ImportPlan, images: Sequence[Prepared | Known], ids: Mapping[str, str]
) -> list[Refused]:
    """Give the images what their folders say; `ids` maps sha256 to image id.

    Returns the images whose folder names no category and may not make one; they are stored, but not labelled.
    """
    labelled = [(each, each.label) for each in images if each.label and each.sha256 in ids]
    categories = _categories(session, plan, [label for _, label in labelled])
    chosen = {
        ids[each.sha256]: categories[name_key(label)]
        for each, label in labelled
        if name_key(label) in categories
    }
    if plan.labels == "truth":
        _add_truths(session, chosen)
    else:
        _add_annotations(session, plan, chosen)
    return [
        Refused(each.path, f"Stored without its label: there is no category called {label}.")
        for each, label in labelled
        if name_key(label) not in categories
    ]


def _categories(session: Session, plan: ImportPlan, names: Sequence[str]) -> dict[str, str]:
    """Return the ids of the active categories by key of their name; the plan says whether others are made."""
    active = select(Category.name, Category.id).where(
        Category.project_id == plan.project_id, Category.archived_at.is_(None)
    )
    found = {name_key(name): category for name, category in session.execute(active)}
    missing = {name_key(name): name for name in reversed(names) if name_key(name) not in found}
    if plan.new_categories and missing:
        project = session.get_one(Project, plan.project_id)
        for key, name in reversed(missing.items()):
            found[key] = add_category(session, project, name).id
    return found


def _add_truths(session: Session, chosen: Mapping[str, str]) -> None:
    if not chosen:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(Truth)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["image_id"], set_={"category_id": statement.excluded.category_id}
        ),
        [{"image_id": image_id, "category_id": category_id} for image_id, category_id in chosen.items()],
    )


def _add_annotations(session: Session, plan: ImportPlan, chosen: Mapping[str, str]) -> None:
    """Annotate the images that have no label yet; nobody's label is overwritten."""
    labelled = set(
        session.scalars(
            select(Annotation.image_id).where(
                Annotation.image_id.in_(chosen),
                Annotation.superseded_at.is_(None),
                Annotation.category_id.is_not(None),
            )
        )
    )
    rows = [
        {
            "id": new_id(),
            "project_id": plan.project_id,
            "image_id": image_id,
            "category_id": category_id,
            "kind": "imported",
            "annotator_id": plan.created_by,
            "version": 1,
            "created_at": now(),
        }
        for image_id, category_id in chosen.items()
        if image_id not in labelled
    ]
    if rows:
        session.execute(insert(Annotation), rows)
