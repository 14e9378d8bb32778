"""Categories of a project."""

from fastapi import APIRouter
from sqlalchemy.orm import Session

from app.access import find, find_with_role
from app.core.database import read_session, write_session
from app.core.models import Category, Project
from app.deps import CurrentUser
from app.pagination import Page
from app.projects import category_service, merging
from app.projects.counts import list_categories as categories_of
from app.projects.schemas import CategoryOut, CategoryPatch, MergeInto, Moving, NewCategory

router = APIRouter(tags=["categories"])


def _category_out(session: Session, category: Category) -> CategoryOut:
    listed = categories_of(session, [category.project_id])[category.project_id]
    return next(each for each in listed if each.id == category.id)


@router.get("/projects/{project_id}/categories")
def list_categories(project_id: str, user: CurrentUser, *, archived: bool | None = None) -> Page[CategoryOut]:
    """List all categories in the order in which they are shown, or only those (not) archived, on one page."""
    with read_session() as session:
        project = find(session, Project, project_id, user)
        listed = categories_of(session, [project.id])[project.id]
        return Page(items=[each for each in listed if archived in (None, each.archived)])


@router.post("/projects/{project_id}/categories", status_code=201)
def create_category(project_id: str, body: NewCategory, user: CurrentUser) -> CategoryOut:
    """Add a category, or bring the archived one of that name back.

    Members who do not own the project may where it has `open_categories`.
    """
    with write_session() as session:
        project, role = find_with_role(session, Project, project_id, user)
        category_service.require_may_name(project, role)
        category = category_service.add_category(session, project, body.name, body.shortcut)
        return _category_out(session, category)


@router.patch("/categories/{category_id}")
def change_category(category_id: str, body: CategoryPatch, user: CurrentUser) -> CategoryOut:
    """Rename a category, move it in the list, give it another key, archive it or bring it back."""
    with write_session() as session:
        category = find(session, Category, category_id, user, "owner")
        category_service.change_category(session, category, body)
        return _category_out(session, category)


@router.delete("/categories/{category_id}", status_code=204)
def delete_category(category_id: str, user: CurrentUser) -> None:
    """Delete a category; one that labels or rounds have used is archived and keeps them."""
    with write_session() as session:
        category_service.remove_category(session, find(session, Category, category_id, user, "owner"))


@router.get("/categories/{category_id}/merge")
def get_what_merges(category_id: str, user: CurrentUser) -> Moving:
    """Return how many labels and truths would move if the category were merged into another."""
    with read_session() as session:
        return merging.what_moves(session, find(session, Category, category_id, user, "owner"))


@router.post("/categories/{category_id}/merge")
def merge_category(category_id: str, body: MergeInto, user: CurrentUser) -> Moving:
    """Merge a category into another: labels, their history and truths move, and it is archived.

    It can be split back. A round may be running; answers and predictions that name the category count for the
    other one from now on.
    """
    with write_session() as session:
        category = find(session, Category, category_id, user, "owner")
        return merging.merge(session, category, body.into)


@router.post("/categories/{category_id}/split")
def split_category(category_id: str, user: CurrentUser) -> CategoryOut:
    """Take a merge back: what moved returns, unless it was corrected since; newer labels stay."""
    with write_session() as session:
        category = find(session, Category, category_id, user, "owner")
        merging.split(session, category)
        return _category_out(session, category)
