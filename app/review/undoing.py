"""Taking a page back as one: its labels become history, and what stood before them stands again."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.models import Annotation, ReviewPage, Round
from app.core.problems import Problem
from app.core.states import ROUND_ENDED
from app.labelling.queue import include_image
from app.labelling.records import EXCLUDING, supersede
from app.review.pages import open_page

NEVER = {"id", "version", "created_at", "superseded_at", "slot"}
NOT_YOURS = "There is no confirmed page of yours to take back."


def undo(
    session: Session, row: Round, page: ReviewPage, user_id: str, holder: str
) -> tuple[bool, int, list[str]]:
    """Return (whether the page is with `holder` again, labels withdrawn, images whose label stays).

    A label that somebody has changed meanwhile stays. 404 for a page that this person has not confirmed.
    """
    if page.state != "confirmed" or page.user_id != user_id:
        raise Problem(404, NOT_YOURS)
    rows = {each.id: each for each in _labels(session, page)}
    changed = []
    for given in page.given:
        label = rows.get(given["annotation_id"])
        if label is None or label.superseded_at is not None:
            changed.append(given["image_id"])
        else:
            _withdraw(session, label, rows.get(given["replaced"] or ""))
    withdrawn = len(page.given) - len(changed)
    page.state, page.learned, page.given, page.labelled, page.corrected = "ready", False, [], 0, 0
    page.confirmed_at = None
    session.flush()
    again = row.state not in ROUND_ENDED and open_page(session, row, page, user_id, holder)
    return again, withdrawn, changed


def _labels(session: Session, page: ReviewPage) -> list[Annotation]:
    """Return the labels that the page gave, and those that they replaced, of images that are still there."""
    ids = {name for given in page.given for name in (given["annotation_id"], given["replaced"]) if name}
    statement = select(Annotation).where(Annotation.id.in_(ids))
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def _withdraw(session: Session, label: Annotation, replaced: Annotation | None) -> None:
    """Turn a label into history, and have what it replaced stand again."""
    connection, slot = session.connection(), label.slot
    supersede(connection, label.id)
    if label.skip in EXCLUDING:
        include_image(connection, label.image_id)
    if replaced is not None:
        kept: dict[str, Any] = {
            column.key: getattr(replaced, column.key)
            for column in Annotation.__table__.columns
            if column.key not in NEVER
        }
        session.add(Annotation(**kept, slot=slot, version=label.version + 1))
        session.flush()
