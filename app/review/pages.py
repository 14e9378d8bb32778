"""Handing out pages: each is with one person at a time, and no image is on two open ones."""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select
from sqlalchemy.orm import Session

from app.certificates.blind import is_with_an_auditor
from app.core.database import now
from app.core.models import Annotation, Image, PageImage, ReviewPage, Round, Step
from app.core.order import oldest_first
from app.core.storage import get_storage
from app.labelling.lease_schemas import Waiting
from app.labelling.leases import expiry
from app.labelling.seen import SEEN, is_seen
from app.projects.merged import read_merged
from app.review.fits import config_of, is_fitting, newest_fit, not_learned, start_fit, start_fit_if_due
from app.review.schemas import PagesRequest

NOT_HANDED_OUT: dict[str, Waiting] = {"proposing": "model", "paused": "others"}


def hand_out(
    session: Session, row: Round, user_id: str, body: PagesRequest
) -> tuple[list[ReviewPage], Waiting | None]:
    """Return the pages that the holder has, and others until there are `count`, and else why there is none.

    Pages whose holder has not come back in time are handed to others.
    """
    session.refresh(row, with_for_update={"key_share": True})  # one page at a time leaves the review
    if row.state != "labelling":
        return [], NOT_HANDED_OUT.get(row.state, "finished")
    mine = _mine(user_id, body.holder)
    pages = _pages(session, row, and_(ReviewPage.state == "open", mine), body.count)
    for page in pages:
        page.expires_at = expiry()
    while len(pages) < body.count and (free := _free(session, row)) is not None:
        if open_page(session, row, free, user_id, body.holder, size=body.size):
            pages.append(free)
    if pages:
        start_fit_if_due(session, row)
        return pages, None
    return [], _waiting_for(session, row)


def _mine(user_id: str, holder: str) -> ColumnElement[bool]:
    mine = ReviewPage.user_id == user_id
    return and_(mine, ReviewPage.holder == holder) if holder else mine


def _pages(session: Session, row: Round, where: ColumnElement[bool], count: int) -> list[ReviewPage]:
    statement = select(ReviewPage).where(ReviewPage.round_id == row.id, where)
    statement = statement.order_by(ReviewPage.position, ReviewPage.id).limit(count)
    return list(session.scalars(statement.with_for_update(skip_locked=True)))


def _free(session: Session, row: Round) -> ReviewPage | None:
    lapsed = and_(ReviewPage.state == "open", ReviewPage.expires_at < now())
    return next(iter(_pages(session, row, or_(ReviewPage.state == "ready", lapsed), 1)), None)


def open_page(
    session: Session, row: Round, page: ReviewPage, user_id: str, holder: str, *, size: int | None = None
) -> bool:
    """Give the page to a person, without what has been labelled, deleted or opened elsewhere meanwhile.

    Of one with more than `size` images the rest becomes another page. Returns False where nothing is left,
    and the page is gone.
    """
    session.execute(delete(PageImage).where(PageImage.page_id == page.id))
    images = _still_wanted(session, row, page)
    if not images:
        _drop(session, page)
        return False
    if size is not None and len(images) > size:
        rest = {name: getattr(page, name) for name in ("round_id", "fit", "position", "category_id")}
        session.add(ReviewPage(**rest, images=images[size:]))
        images = images[:size]
    page.images, page.state, page.user_id, page.holder = images, "open", user_id, holder
    page.expires_at, page.given, page.confirmed_at = expiry(), [], None
    page.labelled, page.corrected, page.again = 0, 0, False
    session.flush()
    rows = [{"round_id": row.id, "page_id": page.id, "image_id": each["id"]} for each in images]
    session.execute(insert(PageImage), rows)
    return True


def _drop(session: Session, page: ReviewPage) -> None:
    """Remove a page that shows nothing; one whose labels no fit has unlearned yet stays, empty."""
    if page.learned:
        session.delete(page)
    else:
        page.state, page.images, page.user_id = "confirmed", [], None
    session.flush()


def _still_wanted(session: Session, row: Round, page: ReviewPage) -> list[dict[str, Any]]:
    """Return the page's images that may still be shown, which nobody deletes before the commit."""
    doubted = is_doubted(page)
    statement = select(Image.id).where(
        Image.id.in_([each["id"] for each in page.images]), Image.split == "pool", Image.excluded.is_(None)
    )
    elsewhere = select(PageImage.image_id).where(
        PageImage.round_id == row.id, PageImage.image_id == Image.id, PageImage.page_id != page.id
    )
    statement = statement.where(~elsewhere.exists(), is_seen() if doubted else ~is_seen())
    statement = statement.where(~is_with_an_auditor())
    free = set(session.scalars(statement.order_by(Image.id).with_for_update(read=True, key_share=True)))
    if not doubted:
        return [each for each in page.images if each["id"] in free]
    versions = _versions(session, row, page, free)
    return [each | {"version": versions[each["id"]]} for each in page.images if each["id"] in versions]


def is_doubted(page: ReviewPage) -> bool:
    """Return whether the page shows labels that are there, and that the model doubts."""
    return any("version" in each for each in page.images)


def _versions(session: Session, row: Round, page: ReviewPage, image_ids: Iterable[str]) -> dict[str, int]:
    """Return the version of the label of each image that still has the one that the page shows."""
    merged = read_merged(session, row.project_id)
    category = merged.get(page.category_id or "", page.category_id)
    statement = select(Annotation.image_id, Annotation.category_id, Annotation.version)
    statement = statement.where(SEEN, Annotation.image_id.in_(image_ids)).order_by(*oldest_first(Annotation))
    standing = {label.image_id: label for label in session.execute(statement)}
    return {name: label.version for name, label in standing.items() if label.category_id == category}


def _waiting_for(session: Session, row: Round) -> Waiting:
    """Return why there is no page; the model is asked for more where it may make some."""
    if is_fitting(session, row.id):
        return "model"
    more = _may_make_more(session, row)
    if (more or not_learned(session, row.id)) and start_fit(session, row) and more:
        return "model"
    others = select(ReviewPage.id).where(ReviewPage.round_id == row.id, ReviewPage.state == "open")
    return "others" if session.scalar(others.limit(1)) else "finished"


def _may_make_more(session: Session, row: Round) -> bool:
    """Return whether another fit may show something: images that no page has shown since the mode was set.

    One that has shown nothing is not tried again before there are other labels or images.
    """
    newest = newest_fit(session, row.id)
    report = newest.report if newest is not None else {}
    changed = not_learned(session, row.id) > 0
    if config_of(row).mode == "disagree":
        return changed
    pool = select(Image.id).where(Image.project_id == row.project_id, Image.split == "pool")
    unseen = set(session.scalars(pool.where(Image.excluded.is_(None), ~is_seen())))
    unseen -= set(report.get("unreadable_images", [])) | shown_images(session, row)
    return bool(unseen) and (changed or report.get("pages", 0) > 0 or not unseen <= _offered(newest))


def _offered(newest: Step | None) -> set[str]:
    """Return the images that the newest fit could have put on a page."""
    if newest is None or newest.artefacts_key is None:
        return set()
    return set(json.loads(get_storage().read(f"{newest.artefacts_key}/images.json"))["images"])


def shown_images(session: Session, row: Round) -> set[str]:
    """Return the images of pages that are open, or were confirmed since the mode was set."""
    confirmed = and_(ReviewPage.state == "confirmed", ReviewPage.again.is_(False))
    pages = select(ReviewPage.images).where(ReviewPage.round_id == row.id)
    pages = pages.where(or_(ReviewPage.state == "open", confirmed))
    return {each["id"] for images in session.scalars(pages) for each in images}


def release(session: Session, row: Round, user_id: str, body_ids: list[str], holder: str) -> None:
    """Give pages back, so that others are handed them at once."""
    mine = and_(ReviewPage.state == "open", _mine(user_id, holder), ReviewPage.id.in_(body_ids))
    for page in _pages(session, row, mine, len(body_ids)):
        page.state, page.user_id, page.holder, page.expires_at = "ready", None, "", None
        session.execute(delete(PageImage).where(PageImage.page_id == page.id))
