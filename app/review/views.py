"""Reviews and pages as the API shows them; what can be counted is counted."""

from math import ceil
from typing import Any

from sqlalchemy import Row, case, func, select
from sqlalchemy.orm import Session

from app.core.models import Category, Image, ReviewPage, Round
from app.labelling.leases import expiry
from app.labelling.seen import is_seen
from app.projects.merged import read_merged
from app.review.fits import is_fitting, newest_fit
from app.review.pages import is_doubted
from app.review.schemas import PageImageOut, PageOut, ReviewOut
from app.rounds.views import told_review
from ml.config import ReviewConfig


def review_out(session: Session, row: Round, role: str) -> ReviewOut:
    """Return a review as the API shows it to a member with `role`."""
    pool = select(func.count(), func.count(case((is_seen(), 1)))).where(
        Image.project_id == row.project_id, Image.split == "pool", Image.excluded.is_(None)
    )
    images, seen = session.execute(pool).one()
    newest = newest_fit(session, row.id)
    report = newest.report if newest is not None else {}
    done = _confirmed(session, row.id)
    config = told_review(row, role) or ReviewConfig()
    return ReviewOut(
        id=row.id,
        number=row.number,
        project_id=row.project_id,
        state=row.state,
        config=config,
        fits=0 if newest is None else newest.index + 1,
        fitting=is_fitting(session, row.id),
        seen=seen,
        left=images - seen,
        unreadable=len(report.get("unreadable_images", [])),
        pages_left=_pages_left(images - seen, report, config.page_size),
        pages=done[0],
        labels=done[1] or 0,
        corrections=done[2] or 0,
        error=row.error,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )


def _confirmed(session: Session, round_id: str) -> Row[*tuple[Any, ...]]:
    """Return (pages, labels, corrections) that were confirmed."""
    columns = func.count(), func.sum(ReviewPage.labelled), func.sum(ReviewPage.corrected)
    pages = select(*columns).where(ReviewPage.round_id == round_id, ReviewPage.state == "confirmed")
    return session.execute(pages).one()


def _pages_left(left: int, report: dict[str, Any], size: int) -> int:
    """Return about how many pages show what is left, by how many it took when the model was fitted.

    Pages of rare categories are not full, so that there are more than images by size.
    """
    pages, then = report.get("pages_left", 0), report.get("images_left", 0)
    expected = ceil(pages * left / then) if then else 0
    return max(expected, ceil(left / size))


def pages_out(session: Session, row: Round, pages: list[ReviewPage]) -> list[PageOut]:
    """Return pages as the API shows them; of a category that was archived there is none any more."""
    merged = read_merged(session, row.project_id)
    active = set(
        session.scalars(
            select(Category.id).where(Category.project_id == row.project_id, Category.archived_at.is_(None))
        )
    )
    ids = [each["id"] for page in pages for each in page.images]
    sizes = {
        found.id: found
        for found in session.execute(select(Image.id, Image.width, Image.height).where(Image.id.in_(ids)))
    }

    def meant(category_id: str | None) -> str | None:
        found = merged.get(category_id or "", category_id)
        return found if found in active else None

    return [
        PageOut(
            id=page.id,
            fit=page.fit,
            category_id=meant(page.category_id),
            labelled=is_doubted(page),
            images=[
                PageImageOut(
                    id=each["id"],
                    width=sizes[each["id"]].width,
                    height=sizes[each["id"]].height,
                    guess=meant(each["guess"]),
                    confidence=each["confidence"],
                )
                for each in page.images
                if each["id"] in sizes
            ],
            expires_at=page.expires_at or expiry(),
        )
        for page in pages
    ]
