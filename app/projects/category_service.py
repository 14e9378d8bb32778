"""Categories: a name, a key and a place in the list."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.database import now
from app.core.models import Annotation, Category, CategoryMerge, Project, Round, Truth
from app.core.names import name_key
from app.core.problems import Problem
from app.projects.merged import read_merged, require_not_merged
from app.projects.schemas import CategoryPatch
from app.projects.shortcuts import default_shortcuts

MAX_CATEGORIES = 10_000


def lock_categories(session: Session, project_id: str) -> list[Category]:
    """Return the project's categories in their order, which nobody else changes before the commit."""
    session.execute(select(Project.id).where(Project.id == project_id).with_for_update(key_share=True))
    statement = select(Category).where(Category.project_id == project_id)
    return list(session.scalars(statement.order_by(Category.position, Category.id)))


def add_category(session: Session, project: Project, name: str, shortcut: str | None = None) -> Category:
    """Return a new category at the end of the list, or the archived one of that name brought back.

    409 where the name or the shortcut is in use.
    """
    siblings = lock_categories(session, project.id)
    if len(siblings) >= MAX_CATEGORIES:
        raise Problem(422, f"A project has {MAX_CATEGORIES} categories at most.")
    same = _called(siblings, name)
    if same is not None and same.archived_at is None:
        raise Problem(409, f"There is a category called {same.name} already.", field="name")
    if same is not None:
        require_not_merged(session, same, field="name")
    _require_free_key(siblings, shortcut)
    taken = [each.shortcut for each in siblings if each.shortcut]
    category = same or Category(project_id=project.id, name=name)
    category.archived_at = None
    category.shortcut = shortcut or default_shortcuts([name], taken)[0]
    category.position = max((each.position for each in siblings), default=-1) + 1
    session.add(category)
    session.flush()
    return category


def require_may_name(project: Project, role: str) -> None:
    """Raise 403 for somebody in `role` who may not make categories of the project."""
    if role != "owner" and not project.open_categories:
        raise Problem(403, "Only owners make categories of this project.")


def category_called(session: Session, project: Project, name: str, role: str) -> str:
    """Return the id of the category of that name, made where there is none, or brought back where archived.

    A name that differs in case, width or spaces only is the same; that of a merged category is its target's.
    403 where somebody in `role` may not make categories.
    """
    same = _called(lock_categories(session, project.id), name)
    counts_as = read_merged(session, project.id).get(same.id, same.id) if same else None
    if same is not None and (same.archived_at is None or counts_as != same.id):
        return counts_as or same.id
    require_may_name(project, role)
    return add_category(session, project, name).id


def change_category(session: Session, category: Category, patch: CategoryPatch) -> None:
    """Rename, move, give another key, archive or bring back; 409 where the name or the key is in use."""
    siblings = [each for each in lock_categories(session, category.project_id) if each.id != category.id]
    if patch.name is not None:
        same = _called(siblings, patch.name)
        if same is not None:
            raise Problem(409, f"There is a category called {same.name} already.", field="name")
        category.name = patch.name
    if "shortcut" in patch.model_fields_set:
        _require_free_key(siblings, patch.shortcut)
        category.shortcut = patch.shortcut
    if patch.archived is not None:
        if not patch.archived:
            require_not_merged(session, category, field="archived")
        _archive(category, patch.archived, siblings)
    if patch.position is not None:
        siblings.insert(patch.position, category)
        for position, each in enumerate(siblings):
            each.position = position
    session.flush()


def _archive(category: Category, archived: bool, siblings: list[Category]) -> None:
    """Archive a category, or bring it back to its place; without a key of its own it gets a free one."""
    if archived == (category.archived_at is not None):
        return
    if archived:
        category.archived_at, category.shortcut = now(), None
        return
    category.archived_at = None
    give_key(category, siblings, category.shortcut)


def give_key(category: Category, siblings: list[Category], key: str | None) -> None:
    """Give a category that comes back the `key` where it is free, else the next free one."""
    taken = [each.shortcut for each in siblings if each.shortcut]
    free = key if key and key not in taken else None
    category.shortcut = free or default_shortcuts([category.name], taken)[0]


def remove_category(session: Session, category: Category) -> None:
    """Delete a category, or archive it where labels, truths or a round have used it."""
    used_by = (
        select(func.count()).where(Annotation.category_id == category.id),
        select(func.count()).where(Truth.category_id == category.id),
        select(func.count()).where(Round.project_id == category.project_id),
        select(func.count()).where(
            (CategoryMerge.source_id == category.id) | (CategoryMerge.target_id == category.id)
        ),
    )
    if any(session.scalar(statement) for statement in used_by):
        category.archived_at, category.shortcut = category.archived_at or now(), None
    else:
        session.delete(category)
    session.flush()


def _called(siblings: list[Category], name: str) -> Category | None:
    """Return the category of that name, whatever its case: an exact match first, then an active one."""
    same = [each for each in siblings if name_key(each.name) == name_key(name)]
    return min(same, key=lambda each: (each.name != name, each.archived_at is not None), default=None)


def _require_free_key(siblings: list[Category], shortcut: str | None) -> None:
    holder = next((each.name for each in siblings if shortcut and each.shortcut == shortcut), None)
    if holder is not None:
        raise Problem(409, f"The key {shortcut} labels {holder} already.", field="shortcut")
