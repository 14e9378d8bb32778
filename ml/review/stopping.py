"""When to stop reviewing and to audit what is left."""

from dataclasses import dataclass, field
from math import inf, sqrt

from ml.certificate.audit import Audit
from ml.certificate.plan import roughly_planned

# Pages whose corrections say how far the head's confidence can be trusted.
RECENT = 8
BELIEVED = 200
# An audit that is given up costs all its answers and some of the error: it waits until it would pass if as
# many labels were wrong as the upper end of an interval says, at 90 %.
Z = 1.2816
# Another one waits until only this part of the labels is left that the last one left unseen.
FEWER = 0.7


def at_most(wrong: int) -> float:
    """Return the upper end of what was expected where `wrong` ones were found (Poisson, about 90 %)."""
    return wrong + 1 + Z * sqrt(wrong + 1)


def at_least(wrong: int) -> float:
    """Return the lower end of the same."""
    return max(0.0, wrong - Z * sqrt(wrong))


@dataclass(frozen=True)
class GivenUp:
    """An audit that did not pass: `audited` answers, `wrong` of them where the head had expected `expected`.

    It left `unseen` labels, and what it would have taken, or looking at all of them, was `answers` more.
    """

    audited: int
    wrong: int
    expected: float
    unseen: int
    answers: float

    def wrong_left(self, expected: float, corrected: int) -> float:
        """Return how many labels are wrong now, if `corrected` of them were found since.

        A uniform sample knows what the head is wrong about without knowing it: what pages show, the most
        doubtful first, does not say that. So its share counts even where the head now expects less.
        """
        still = self.wrong / self.audited * self.unseen - corrected
        return max(still, self.wrong / (1 + self.expected) * expected, 0.0)


@dataclass
class Purity:
    """What was wrong on the newest pages, (images, expected by the head, wrong) each, and in the last audit.

    `pages_since` and `corrected` count since that audit.
    """

    pages: list[tuple[int, float, int]] = field(default_factory=list)
    given_up: GivenUp | None = None
    pages_since: int = 0
    corrected: int = 0

    def add(self, images: int, expected: float, wrong: int) -> None:
        """Add a page of `images`, `wrong` of which were corrected where the head expected `expected`."""
        self.pages = [*self.pages, (images, expected, wrong)][-RECENT:]
        self.pages_since += 1
        self.corrected += wrong

    def add_audit(self, given_up: GivenUp) -> None:
        """Add an audit that was given up."""
        self.given_up, self.pages_since, self.corrected = given_up, 0, 0

    def wrong_left(self, expected: float, *, cautious: bool) -> float:
        """Return how many labels are wrong where the head expects `expected`; `cautious`: the upper end."""
        before = self.given_up
        if before is not None and before.audited:
            left = before.wrong_left(expected, self.corrected)
            return left * at_most(before.wrong) / max(1, before.wrong) if cautious else left
        wrong = sum(page[2] for page in self.pages)
        share = (at_most(wrong) if cautious else 1 + wrong) / (1 + sum(page[1] for page in self.pages))
        return share * expected

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
    """What an audit would be about: `unseen` labels, about `wrong` of them wrong, where `allowed` may be.

    `most` are wrong at most; left out, as many as `wrong`.
    """

    unseen: int
    wrong: float
    allowed: int
    alpha: float
    most: float | None = None

    @property
    def answers(self) -> float:
        """Return about how many answers an audit takes; infinite where it would hardly pass."""
        return self._answers(self.wrong)

    @property
    def answers_at_most(self) -> float:
        """Return about how many answers an audit takes if as many labels are wrong as may be."""
        return self._answers(self.wrong if self.most is None else self.most)

    def _answers(self, wrong: float) -> float:
        if self.unseen <= self.allowed:
            return 0.0
        if wrong >= self.allowed:
            return inf
        return roughly_planned(self.unseen, self.allowed, self.alpha, wrong / self.unseen)

    def after(self, pages: int, purity: Purity) -> "Rest":
        """Return what is left after `pages` more."""
        unseen = max(0, self.unseen - round(pages * purity.images_a_page))
        found = pages * purity.wrong_a_page
        wrong, most = (
            min(float(unseen), max(0.0, each - found))
            for each in (self.wrong, self.wrong if self.most is None else self.most)
        )
        return Rest(unseen, wrong, self.allowed, self.alpha, most)


def worth_going_on(rest: Rest, purity: Purity, audit: Audit, page: float) -> bool:
    """Return whether `audit` of `rest` is likely to pass before people could have reviewed all of it."""
    return answers_to_go(rest, audit) <= (rest.unseen - audit.audited) / max(1.0, purity.images_a_page) * page


def answers_to_go(rest: Rest, audit: Audit) -> float:
    """Return about how many more answers `audit` of `rest` takes.

    The lower end of what the wrong answers so far say is weighed with what was expected, as if that were
    BELIEVED answers: whoever gives up at the first few wrong ones has spent an attempt for nothing.
    """
    expected = rest.wrong / max(1, rest.unseen)
    rate = (at_least(audit.wrong) + BELIEVED * expected) / (audit.audited + BELIEVED)
    return Rest(rest.unseen, rate * rest.unseen, rest.allowed, rest.alpha).answers - audit.audited


def time_to_audit(rest: Rest, purity: Purity, pages: int, page: float) -> bool:
    """Return whether auditing `rest` beats looking at some more pages first.

    A page takes as long as `page` answers of an audit. An audit has to take no longer than reviewing all of
    the rest, and `pages` more must not save as many answers as they cost. After one that was given up,
    another waits for as many pages as the guess is made of, and until it would take half as many answers.
    """
    if not another_chance(rest, purity):
        return False
    answers = rest.answers_at_most
    if answers == inf or answers > rest.unseen / max(1.0, purity.images_a_page) * page:
        return False
    return answers <= rest.after(pages, purity).answers_at_most + pages * page


def another_chance(rest: Rest, purity: Purity) -> bool:
    """Return whether enough has changed since the last audit that was given up, if there was one.

    So many labels have to be seen since that a collection of any size has few audits in vain.
    """
    before = purity.given_up
    if before is None:
        return True
    fewer = rest.unseen <= FEWER * before.unseen and purity.pages_since >= RECENT
    return fewer and rest.answers_at_most <= before.answers / 2
