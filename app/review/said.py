"""What a person says of each image of a page."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.core.models import ReviewPage, Round
from app.core.problems import Problem
from app.labelling.labels import meant_category
from app.review.schemas import PageAnswer


@dataclass(frozen=True)
class Said:
    """A category, or that the image cannot be used, or (both None) nothing."""

    category_id: str | None = None
    skip: str | None = None

    @property
    def nothing(self) -> bool:
        return self.category_id is None and self.skip is None


def read_said(session: Session, row: Round, page: ReviewPage, body: PageAnswer) -> dict[str, Said]:
    """Return what `body` says of each image of the page, of merged categories those that they count as.

    422 with the field for a category that the project does not have, and for an image of another page.
    """
    on_page = [each["id"] for each in page.images]
    for field, images in (("answers", body.answers), ("unusable", body.unusable), ("left", body.left)):
        _require_on_page(field, images, on_page)
    meant = {each: _meant(session, row, each, "answers") for each in set(body.answers.values())}
    default = _meant(session, row, body.default, "default") if body.default is not None else None
    return {image: _said(image, body, meant, default) for image in on_page}


def _said(image: str, body: PageAnswer, meant: dict[str, str], default: str | None) -> Said:
    if image in body.left:
        return Said()
    if image in body.unusable:
        return Said(skip=body.unusable[image])
    return Said(meant[body.answers[image]] if image in body.answers else default)


def _meant(session: Session, row: Round, category_id: str, field: str) -> str:
    return meant_category(session, row.project_id, category_id, field).id


def _require_on_page(field: str, images: Iterable[str], on_page: list[str]) -> None:
    if set(images) - set(on_page):
        raise Problem(422, "An image of this answer is not on the page.", field=field)
