"""A collection finished without people: a round, a review and an audit, the truth answering everything."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import numpy as np
from numpy.typing import NDArray

from ml.certificate.audit import Audit, alpha_of, audit_order, wrong_allowed
from ml.certificate.statement import Certificate, certificate
from ml.config import FrozenFinetune
from ml.errors import UnusableInputError
from ml.lab.finish_file import Finished, Finishing
from ml.lab.material import Material
from ml.lab.simulate import simulate
from ml.progress import Progress, within
from ml.review.belief import Belief
from ml.review.learner import Learner, compact
from ml.review.session import Paging, Review
from ml.review.stopping import GivenUp, Purity, Rest, answers_to_go, time_to_audit, worth_going_on
from ml.runtime import PhaseTimer
from ml.step.evolution import Evolution

# After so many answers people think again whether to go on with an audit.
RECONSIDERED = 25


def finish(settings: Finishing, seed: int, material: Material, progress: Progress) -> Finished:
    """Return what it takes to see every image of the pool, or to certify the goal of `settings`."""
    if len(material.categories) < 2:
        raise UnusableInputError(f"{material.pool.name} has one class only: there is nothing to tell apart")
    timer = PhaseTimer()
    with timer.phase("round"):
        step, drawn = after_the_round(settings, seed, material, within(progress, 0.0, 0.3))
    with timer.phase("review"):
        people = People(settings, seed, drawn.truth, review_of(settings, step, len(drawn.truth)))
        return people.finish(within(progress, 0.3, 1.0)).model_copy(
            update={"computed_seconds": timer.seconds}
        )


def after_the_round(
    settings: Finishing, seed: int, material: Material, progress: Progress
) -> tuple[Evolution, Material]:
    """Return the last evolution of the round, with the labels of all its steps, and the material it had."""
    last: list[tuple[Evolution, Material]] = []

    def watch(step: Evolution, drawn: Material, _asked: int) -> None:
        last[:] = [(step, drawn)]

    simulate(settings.start, seed, material, progress, watch)
    return last[0]


def review_of(settings: Finishing, step: Evolution, count: int) -> Review:
    """Return the review that follows the round that ended with `step`, of the first `count` images."""
    finetune = settings.start.config.finetune
    assert isinstance(finetune, FrozenFinetune)
    assert step.confidences is not None
    embedding, categories = step.embedded.embedding, step.training.categories
    learner = Learner(finetune, compact(embedding), step.graphs, count)
    labels = np.full(count, -1, dtype=np.int64)
    labels[step.training.rows] = step.training.targets

    def learn(known: NDArray[np.int64]) -> NDArray[np.float32]:
        return learner.probabilities(known, categories)

    belief = Belief(learner.features, step.confidences[:count], labels)
    paging = Paging(settings.page, settings.refit_every, settings.mode)
    return Review(belief, learn, paging, embedding.unreadable[:count])


@dataclass
class People:
    """Those who review and audit, answering by `truth` int64[N]; the counts are those of `Finished`."""

    settings: Finishing
    seed: int
    truth: NDArray[np.int64]
    review: Review
    pages: int = 0
    looked_at: int = 0
    corrections: int = 0
    painted: int = 0
    audited: int = 0
    audits: int = 0
    purity: Purity = field(default_factory=Purity)

    def finish(self, progress: Progress) -> Finished:
        """Return the result of reviewing, and auditing where it pays, until all is done."""
        review, readable = self.review, ~self.review.unreadable
        labels, images = int((review.belief.seen & readable).sum()), int(readable.sum())
        right = float((review.labels == self.truth)[readable].mean())
        statement: Certificate | None = None
        while statement is None and len(review.unseen):
            self.look_at_pages()
            progress(1 - len(review.unseen) / images, "reviewing", f"{len(review.unseen):,} images unseen")
            if self.settings.goal is not None and self.time_to_audit():
                statement = self.audit()
            if statement is None and review.refit_due and len(review.unseen):
                review.refit()
        return self.result(labels, right, statement or self.stated(Audit(0, self.alpha), images))

    @property
    def alpha(self) -> float:
        """Return the error that the goal leaves to chance."""
        return 1 - self.settings.sure

    @property
    def allowed(self) -> int:
        """Return how many labels may be wrong."""
        return wrong_allowed(int((~self.review.unreadable).sum()), self.settings.goal or 0.0)

    @property
    def rest(self) -> Rest:
        """Return what the next audit would be about, with the wrong labels that the newest pages suggest."""
        unseen = self.review.unseen
        expected = self.expected(unseen)
        wrong, most = (
            min(float(len(unseen)), self.purity.wrong_left(expected, cautious=cautious))
            for cautious in (False, True)
        )
        return Rest(len(unseen), wrong, self.allowed, alpha_of(self.alpha, self.audits + 1), most)

    def expected(self, rows: NDArray[np.int64]) -> float:
        """Return how many of `rows` the head expects to have called wrongly."""
        return float((1 - self.review.belief.confidence[rows]).sum())

    def look_at_pages(self) -> None:
        """Look at pages until the head is to be fitted again; where it never is, at one."""
        while (page := self.review.page()) is not None:
            labels = self.truth[page.rows]
            wrong = int((self.review.belief.predicted[page.rows] != labels).sum())
            self.purity.add(len(labels), self.expected(page.rows), wrong)
            self.pages += 1
            self.looked_at += len(labels)
            self.corrections += int((page.labels != labels).sum())
            self.painted += self.settings.costs.gestures(labels)
            self.review.answer(page, labels)
            if self.review.refit_due or not self.settings.refit_every:
                return

    def time_to_audit(self) -> bool:
        """Return whether to audit what is left."""
        return time_to_audit(self.rest, self.purity, self.settings.refit_every or 1, self.page)

    @property
    def page(self) -> float:
        """Return how many answers of an audit take as long as a page."""
        costs = self.settings.costs
        page = costs.seconds(0, self.looked_at, self.painted) / max(1, self.pages)
        return page / max(costs.seconds(1, 0, 0), 1e-9)

    def audit(self) -> Certificate | None:
        """Return the certificate of an audit of the unseen labels; None where it was given up.

        The labels that it is about stay as they are: the head is not fitted again once it has passed. What
        it answers is known in the review afterwards, either way.
        """
        rest, review, labels = self.rest, self.review, self.review.labels
        self.audits += 1
        order = audit_order(review.unseen, self.seed * 1000 + self.audits)
        seen = int((review.belief.seen & ~review.unreadable).sum())
        audit = Audit(len(order), rest.alpha)
        for row in order:
            if audit.wrong_left <= rest.allowed:
                break
            if audit.audited % RECONSIDERED == 0 and not worth_going_on(rest, self.purity, audit, self.page):
                break
            audit = audit.answered(wrong=bool(labels[row] != self.truth[row]))
        rows = order[: audit.audited]
        self.audited += len(rows)
        expected = self.expected(rows)
        review.take(rows, self.truth[rows])
        if audit.wrong_left <= rest.allowed:
            return self.stated(audit, seen)
        left = audit.population - len(rows)
        all_pages = left / max(1.0, self.purity.images_a_page) * self.page
        to_go = min(answers_to_go(rest, audit), all_pages)
        self.purity.add_audit(GivenUp(len(rows), audit.wrong, expected, left, to_go))
        return None

    def stated(self, audit: Audit, seen: int) -> Certificate:
        """Return what `audit` proves where people had `seen` some images before it."""
        today: date = datetime.now(UTC).date()
        goal, attempt = self.settings.goal, max(1, self.audits)
        return certificate(audit, seen, self.settings.sure, today, goal=goal, attempt=attempt)

    def result(self, labels: int, right: float, statement: Certificate) -> Finished:
        """Return the result, with what is wrong in truth, of a review that began with `labels`."""
        review, costs, readable = self.review, self.settings.costs, ~self.review.unreadable
        singly = labels + self.audited
        return Finished(
            seed=self.seed,
            images=int(readable.sum()),
            labels=labels,
            seen=int((review.belief.seen & readable).sum()),
            pages=self.pages,
            corrections=self.corrections,
            audited=self.audited,
            audits=self.audits,
            gestures=singly * costs.label + self.painted,
            two_a_correction=singly * costs.label + self.pages * costs.page + 2 * self.corrections,
            seconds=round(costs.seconds(singly, self.looked_at, self.painted), 1),
            right_at_start=round(right, 6),
            wrong=int((review.labels != self.truth)[readable].sum()),
            certificate=statement,
        )
