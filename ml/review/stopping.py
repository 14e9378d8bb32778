"""When to stop reviewing and to audit what is left."""

from dataclasses import dataclass, field, replace
from math import inf

from ml.certificate.audit import Audit
from ml.certificate.plan import roughly_planned

# Pages whose corrections say how far the head's confidence can be trusted.
RECENT = 8
BELIEVED = 200
# An audit that is given up costs all its answers and some of the error: it waits until it would pass even if
# so many times the labels were wrong.
CAUTION = 1.5


@dataclass
class Purity:
    """What was wrong on the newest pages, (images, expected by the head, wrong) each, and in an audit."""

    pages: list[tuple[int, float, int]] = field(default_factory=list)
    audited: tuple[float, int] = (0.0, 0)

    def add(self, images: int, expected: float, wrong: int) -> None:
        """Add a page of `images`, `wrong` of which were corrected where the head expected `expected`."""
        self.pages = [*self.pages, (images, expected, wrong)][-RECENT:]

    def add_audit(self, expected: float, wrong: int) -> None:
        """Add an audit that was given up: `wrong` labels where the head expected `expected`."""
        self.audited = (expected, wrong)

    @property
    def factor(self) -> float:
        """Return by what the wrong labels that the head expects are to be multiplied."""
        wrong = self.audited[1] + sum(page[2] for page in self.pages)
        return (1 + wrong) / (1 + self.audited[0] + sum(page[1] for page in self.pages))

    @property
    def wrong_a_page(self) -> float:
        """Return the corrections of a page, on average."""
        return sum(page[2] for page in self.pages) / max(1, len(self.pages))

    @property
    def images_a_page(self) -> float:
        """Return the images of a page, on average."""
        return sum(page[0] for page in self.pages) / max(1, len(self.pages))


@dataclass(frozen=True)
class Rest:
    """What an audit would be about: `unseen` labels, about `wrong` of them wrong, where `allowed` may be."""

    unseen: int
    wrong: float
    allowed: int
    alpha: float

    @property
    def answers(self) -> float:
        """Return about how many answers an audit takes; infinite where it would hardly pass."""
        if self.unseen <= self.allowed:
            return 0.0
        if self.wrong >= self.allowed:
            return inf
        return roughly_planned(self.unseen, self.allowed, self.alpha, self.wrong / self.unseen)

    def after(self, pages: int, purity: Purity) -> "Rest":
        """Return what is left after `pages` more."""
        unseen = max(0, self.unseen - round(pages * purity.images_a_page))
        return Rest(
            unseen,
            min(float(unseen), max(0.0, self.wrong - pages * purity.wrong_a_page)),
            self.allowed,
            self.alpha,
        )


def worth_going_on(rest: Rest, purity: Purity, audit: Audit, page: float) -> bool:
    """Return whether `audit` of `rest` is likely to pass before people could have reviewed all of it.

    The wrong answers so far are weighed with those that were expected, as if in BELIEVED answers.
    """
    expected = rest.wrong / max(1, rest.unseen)
    rate = (audit.wrong + BELIEVED * expected) / (audit.audited + BELIEVED)
    answers = Rest(rest.unseen, rate * rest.unseen, rest.allowed, rest.alpha).answers - audit.audited
    return answers <= (rest.unseen - audit.audited) / max(1.0, purity.images_a_page) * page


def time_to_audit(rest: Rest, purity: Purity, pages: int, page: float) -> bool:
    """Return whether auditing `rest` beats looking at some more pages first.

    A page takes as long as `page` answers of an audit. An audit has to take no longer than reviewing all of
    the rest, and `pages` more must not save as many answers as they cost.
    """
    rest = replace(rest, wrong=min(float(rest.unseen), CAUTION * rest.wrong))
    answers = rest.answers
    if answers == inf or answers > rest.unseen / max(1.0, purity.images_a_page) * page:
        return False
    return answers <= rest.after(pages, purity).answers + pages * page
