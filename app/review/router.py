"""Reviews: starting one, its pages, and taking them back."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.access import find, find_with_role
from app.core.database import read_session, write_session
from app.core.models import Project, ReviewPage, Round
from app.core.problems import Problem, not_found
from app.deps import CurrentUser, IdempotencyHeader, Principal
from app.idempotency import claim
from app.labelling.answering import Annotator, require_same_user
from app.labelling.beacons import beacon_body, beacon_schema
from app.labelling.lease_schemas import Holder
from app.pagination import Page, PageQuery, fetch_page
from app.review import service
from app.review.confirming import confirm, find_page
from app.review.fits import config_of
from app.review.pages import hand_out, release
from app.review.schemas import (
    ConfirmedPage,
    MyPage,
    PageAnswer,
    PageIds,
    PagesOut,
    PagesRequest,
    ReviewOut,
    ReviewPatch,
    UndonePage,
)
from app.review.undoing import undo
from app.review.views import pages_out, review_out
from ml.config import ReviewConfig

router = APIRouter(tags=["reviews"])
beacon_router = APIRouter(tags=["reviews"])


@router.post("/projects/{project_id}/reviews", status_code=201)
def create_review(
    project_id: str, body: ReviewConfig, user: CurrentUser, idempotency_key: IdempotencyHeader = None
) -> ReviewOut:
    """Start a review of what the newest model calls the images. It is a round, the only one that runs."""
    with write_session() as session:
        find(session, Project, project_id, user, "owner")
        route = f"POST /projects/{project_id}/reviews"
        once = claim(session.connection(), user.id, route, idempotency_key, body=body, model=ReviewOut)
        if once.answer is not None:
            return once.answer
        created = review_out(session, service.start_review(session, project_id, body, user.id), "owner")
        once.remember(session.connection(), created, 201)
        return created


@router.get("/reviews/{review_id}")
def get_review(review_id: str, user: CurrentUser) -> ReviewOut:
    """Return one review with what is seen and what is left."""
    with read_session() as session:
        return review_out(session, *_find_with_role(session, review_id, user))


@router.patch("/reviews/{review_id}")
def change_review(review_id: str, body: ReviewPatch, user: CurrentUser) -> ReviewOut:
    """Change what is shown first, the size of pages, or how often the model learns."""
    with write_session() as session:
        row, role = _find_with_role(session, review_id, user, "reviewer")
        service.change_review(session, row, body)
        row.changed_by = user.id
        return review_out(session, row, role)


@router.post("/reviews/{review_id}/finish")
def finish_review(review_id: str, user: CurrentUser) -> ReviewOut:
    """End the review; where labels have come since the newest fit, the model learns from them first."""
    with write_session() as session:
        row = _find(session, review_id, user, "owner")
        service.finish_review(session, row)
        row.changed_by = user.id
        return review_out(session, row, "owner")


@router.post("/reviews/{review_id}/pages")
def hand_out_pages(review_id: str, body: PagesRequest, user: CurrentUser) -> PagesOut:
    """Hand out up to `count` pages, those that the same holder has first: asking again keeps them.

    `waiting_for` says why there are none: the model makes some, others have them, or all are seen.
    """
    with write_session() as session:
        row, role = _find_with_role(session, review_id, user)
        if config_of(row).mode == "disagree" and role == "annotator":
            raise Problem(403, "Labels of others are corrected by reviewers and owners.")
        pages, waiting_for = hand_out(session, row, user.id, body)
        return PagesOut(items=pages_out(session, row, pages), waiting_for=waiting_for)


@router.put("/reviews/{review_id}/pages/{page_id}")
def confirm_page(
    review_id: str,
    page_id: str,
    body: PageAnswer,
    user: CurrentUser,
    *,
    annotator: Annotator = None,
    idempotency_key: IdempotencyHeader = None,
) -> ConfirmedPage:
    """Confirm a page with its corrections: its images get their labels, all at once.

    409 where the page is not with the caller any more.
    """
    require_same_user(user.id, annotator)
    with write_session() as session:
        row = _find(session, review_id, user)
        route = f"PUT /reviews/{review_id}/pages/{page_id}"
        once = claim(session.connection(), user.id, route, idempotency_key, body=body, model=ConfirmedPage)
        if once.answer is not None:
            return once.answer
        confirmed = confirm(session, row, find_page(session, row, page_id), user, body)
        once.remember(session.connection(), confirmed)
        return confirmed


@router.delete("/reviews/{review_id}/pages/{page_id}")
def undo_page(
    review_id: str,
    page_id: str,
    user: CurrentUser,
    *,
    holder: Annotated[Holder, Query()] = "",
    annotator: Annotator = None,
    idempotency_key: IdempotencyHeader = None,
) -> UndonePage:
    """Take a confirmed page of the caller's back as one; while the review runs, `holder` has it again."""
    require_same_user(user.id, annotator)
    with write_session() as session:
        row = _find(session, review_id, user)
        route = f"DELETE /reviews/{review_id}/pages/{page_id}"
        once = claim(session.connection(), user.id, route, idempotency_key, body=None, model=UndonePage)
        if once.answer is not None:
            return once.answer
        page = find_page(session, row, page_id)
        again, withdrawn, changed = undo(session, row, page, user.id, holder)
        shown = pages_out(session, row, [page]) if again else []
        undone = UndonePage(page=next(iter(shown), None), withdrawn=withdrawn, changed=changed)
        once.remember(session.connection(), undone)
        return undone


@router.get("/reviews/{review_id}/my-pages")
def list_my_pages(review_id: str, user: CurrentUser, page: PageQuery) -> Page[MyPage]:
    """Return the pages that the caller has confirmed, newest first, for undo after a reload."""
    mine = select(ReviewPage).where(
        ReviewPage.round_id == review_id, ReviewPage.state == "confirmed", ReviewPage.user_id == user.id
    )
    with read_session() as session:
        _find(session, review_id, user)
        return fetch_page(session, mine, ReviewPage.id, page, _my_page, newest_first=ReviewPage.confirmed_at)


@beacon_router.post(
    "/reviews/{review_id}/pages/release", status_code=204, openapi_extra=beacon_schema(PageIds)
)
def release_pages(
    review_id: str, body: Annotated[PageIds, Depends(beacon_body(PageIds, "page_ids"))], user: CurrentUser
) -> None:
    """Give pages back. `navigator.sendBeacon` may call this: a cookie's `Origin` must be this site's."""
    with write_session() as session:
        release(session, _find(session, review_id, user), user.id, body.page_ids, body.holder)


def _find(session: Session, review_id: str, user: Principal, role: str = "annotator") -> Round:
    """Return a review; a round that is none is not found."""
    return _find_with_role(session, review_id, user, role)[0]


def _find_with_role(
    session: Session, review_id: str, user: Principal, role: str = "annotator"
) -> tuple[Round, str]:
    row, its_role = find_with_role(session, Round, review_id, user, role)
    if row.kind != "review":
        raise not_found("review")
    return row, its_role


def _my_page(row: Row[*tuple[Any, ...]]) -> MyPage:
    found = row.ReviewPage
    return MyPage(
        id=found.id,
        category_id=found.category_id,
        labels=found.labelled,
        corrections=found.corrected,
        confirmed_at=found.confirmed_at,
    )
