"""Confirming a page: what it says becomes labels, all of them or none."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from app.core.database import now
from app.core.models import Annotation, PageImage, ReviewPage, Round
from app.core.problems import Problem, not_found
from app.deps import Principal
from app.labelling.labels import correct, lock_images
from app.labelling.queue import exclude_image
from app.labelling.records import supersede
from app.projects.merged import read_merged
from app.review.answers import ASKED, CHANGED, GONE, LABELLED, Known, new_label, read_known
from app.review.fits import start_fit_if_due
from app.review.said import Said, read_said
from app.review.schemas import ConfirmedPage, Kept, PageAnswer

CONFIRMED = "This page is confirmed already."
ELSEWHERE = "This page is not with you any more: it lay too long, and others have it, or it was made anew."


def find_page(session: Session, row: Round, page_id: str) -> ReviewPage:
    """Return a page of the review with its images locked, and then itself; 404 without one."""
    page = session.get(ReviewPage, page_id)
    if page is None or page.round_id != row.id:
        raise not_found("page")
    lock_images(session, [each["id"] for each in page.images])
    session.refresh(page, with_for_update=True)
    return page


def confirm(
    session: Session, row: Round, page: ReviewPage, user: Principal, body: PageAnswer
) -> ConfirmedPage:
    """Give the images of an open page their labels. 409 where it is not with this person.

    An image that somebody has labelled, or whose label somebody has changed, keeps that: it is `kept`.
    """
    if page.state != "open" or page.user_id != user.id:
        raise Problem(409, CONFIRMED if page.state == "confirmed" else ELSEWHERE)
    said = read_said(session, row, page, body)
    known = read_known(session, list(said))
    called = read_merged(session, row.project_id).get(page.category_id or "", page.category_id)
    writing = _Writing(session, row, page, user, known, called, _seconds(body, said))
    for each in page.images:
        writing.take(each, said[each["id"]])
    writing.write()
    session.execute(delete(PageImage).where(PageImage.page_id == page.id))
    page.state, page.confirmed_at, page.expires_at, page.learned = "confirmed", now(), None, False
    page.given, page.labelled, page.corrected = writing.given, writing.labels, writing.corrections
    session.flush()
    start_fit_if_due(session, row)
    return ConfirmedPage(id=page.id, labels=page.labelled, corrections=page.corrected, kept=writing.kept)


def _seconds(body: PageAnswer, said: dict[str, Said]) -> float | None:
    """Return the seconds that an image of the page took."""
    return body.seconds / len(said) if body.seconds is not None and said else None


@dataclass
class _Writing:
    """Collects what a page gives, so that its labels are written by one statement."""

    session: Session
    row: Round
    page: ReviewPage
    user: Principal
    known: Known
    called: str | None
    seconds: float | None
    rows: list[dict[str, Any]] = field(default_factory=list)
    given: list[dict[str, Any]] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    labels: int = 0
    corrections: int = 0

    def take(self, shown: dict[str, Any], said: Said) -> None:
        """Take what is said of the image that the page shows as `shown`."""
        image_id = shown["id"]
        standing = self.known.standing.get(image_id)
        if "version" in shown:
            self._take_doubted(shown, said, standing)
        elif said.nothing:
            return
        elif image_id not in self.known.images:
            self._keep(image_id, GONE)
        elif image_id in self.known.asked:
            self._keep(image_id, ASKED)
        elif standing is not None and standing.kind != "weak":
            self._keep(image_id, LABELLED)
        else:
            self._give(image_id, said, standing)

    def write(self) -> None:
        """Write the labels."""
        if self.rows:
            self.session.execute(insert(Annotation), self.rows)

    def _keep(self, image_id: str, reason: str) -> None:
        self.kept.append(Kept(image_id=image_id, reason=reason))

    def _give(self, image_id: str, said: Said, weak: Annotation | None) -> None:
        connection = self.session.connection()
        if weak is not None:
            supersede(connection, weak.id)
        if said.skip is not None:
            exclude_image(connection, image_id, said.skip)
        columns = {"annotator_id": self.user.id, "seconds": self.seconds}
        self.rows.append(new_label(self.row, image_id, said, self.known, **columns))
        self._note(image_id, self.rows[-1]["id"], weak)
        self.labels += said.category_id is not None
        self.corrections += self.called is not None and said.category_id != self.called

    def _take_doubted(self, shown: dict[str, Any], said: Said, standing: Annotation | None) -> None:
        """Take what is said of a label that is there: the same one stands as it is."""
        if said.nothing:
            return
        if standing is None or standing.version != shown["version"]:
            self._keep(shown["id"], CHANGED if shown["id"] in self.known.images else GONE)
            return
        if said.skip is not None:
            raise Problem(422, "A label that is there can be corrected, not taken away.", field="unusable")
        self.labels += 1
        if said.category_id is not None and said.category_id != standing.category_id:
            self._note(shown["id"], correct(self.session, standing, said.category_id, self.user).id, standing)
            self.corrections += 1

    def _note(self, image_id: str, annotation_id: str, replaced: Annotation | None) -> None:
        self.given.append(
            {
                "image_id": image_id,
                "annotation_id": annotation_id,
                "replaced": replaced.id if replaced is not None else None,
            }
        )
