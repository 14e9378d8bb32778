"""How good a project's newest model is, what more labels would buy, and whether they are worth it."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.models import Annotation, Category, Query, Step
from app.core.order import newest_first
from app.projects.merged import count_together, read_merged
from app.rounds.newest import TrainedStep, newest_model
from app.rounds.schemas import ForecastOut, Interval
from ml.forecast.learning_curve import Forecast, LearningCurve, Measured

# What a model says of its own chances is wrong by so much, one standard deviation (docs/results.md).
MISJUDGED = 0.06
# Answers that weigh as much as the belief that confidences are chances.
BELIEF = 20
# The newest answers of a round: older ones are about older models.
NEWEST_ANSWERS = 200


@dataclass(frozen=True)
class Answers:
    """Of answers to queries whose image had a guess: how confident it was, and whether it was right."""

    confidences: list[float]
    hits: list[bool]

    @property
    def correction(self) -> float:
        """Return what to add to confidences: how much more often guesses were right than they claimed.

        Images that are asked about are those in doubt. Their guesses are compared with their own confidences,
        so that it does not matter how they were chosen where confidences are wrong by as much everywhere.
        """
        if not self.hits:
            return 0.0
        return (sum(self.hits) - sum(self.confidences)) / (len(self.hits) + BELIEF)


@dataclass(frozen=True)
class Known:
    """What `points` of a round say, by test images or confidences in the pool: `images` of them at last."""

    basis: Literal["test", "pool"]
    points: list[Measured]
    images: int
    categories: int


def forecast(session: Session, project_id: str, labels: int, worth: float) -> ForecastOut | None:
    """Return what is known of the newest model and what `labels` more would buy; None before a model.

    They are worth it from a gain of `worth` on: a part of 1.
    """
    newest = newest_model(session, project_id)
    known = known_points(session, project_id, newest) if newest else None
    if newest is None or known is None:
        return None
    curve = LearningCurve(known.points)
    gain = curve.gain(labels / known.categories)
    return ForecastOut(
        basis=known.basis,
        round_id=newest.round_id,
        step=newest.step,
        images=known.images,
        accuracy=interval(curve.now()),
        labels=labels,
        gain=interval(gain),
        seconds=seconds_of(session, newest.round_id, labels),
        worth=worth,
        go_on=gain.middle >= worth,
    )


def wrong_by_confidence(session: Session, project_id: str) -> float | None:
    """Return the share of the images without a label that the newest model has wrong, as a forecast says it.

    None where forecasts go by test images, or there is none.
    """
    newest = newest_model(session, project_id)
    known = known_points(session, project_id, newest) if newest else None
    if known is None or known.basis == "test":
        return None
    return 1 - LearningCurve(known.points).now().middle


def known_points(session: Session, project_id: str, newest: TrainedStep) -> Known | None:
    """Return what is known of the models of the round of `newest` up to it; None where nothing is."""
    steps = session.scalars(
        select(Step)
        .where(Step.round_id == newest.round_id, Step.index <= newest.step, Step.artefacts_key.is_not(None))
        .order_by(Step.index)
    ).all()
    live = select(func.count()).where(Category.project_id == project_id, Category.archived_at.is_(None))
    categories = max(1, session.scalar(live) or 0)
    if tested := measured([step for step in steps if step.accuracy], categories):
        return Known("test", tested, tested[-1].images, categories)
    points = judged(steps, categories, answers_of(session, project_id, newest.round_id))
    rest = steps[-1].report.get("rest") if steps else None
    return Known("pool", points, rest["images"], categories) if points and rest and rest["images"] else None


def measured(steps: Sequence[Step], categories: int) -> list[Measured]:
    """Return the points that were measured on test images."""
    return [
        Measured(step.report["train_labels"] / categories, step.accuracy["top1"], step.accuracy["images"])
        for step in steps
        if step.accuracy and step.report.get("train_labels")
    ]


def judged(steps: Sequence[Step], categories: int, answers: Answers) -> list[Measured]:
    """Return the points where the models judged themselves, by the images without a label, corrected."""
    found: list[Measured] = []
    for step in steps:
        rest, labels = step.report.get("rest"), step.report.get("train_labels")
        if rest and rest["images"] and labels:
            right = min(max(rest["confidence"] + answers.correction, 0.02), 0.98)
            images = round(right * (1 - right) / MISJUDGED**2)  # as many say as little
            found.append(Measured(labels / categories, right, max(4, images)))
    return found


def answers_of(session: Session, project_id: str, round_id: str) -> Answers:
    """Return the newest answers of the round to queries for which there was a guess."""
    statement = (
        select(Query.suggestions, Annotation.category_id)
        .join(Annotation, Annotation.query_id == Query.id)
        .where(Query.round_id == round_id, Annotation.superseded_at.is_(None))
        .where(Annotation.category_id.is_not(None))
        .order_by(*newest_first(Annotation))
        .limit(NEWEST_ANSWERS)
    )
    merged = read_merged(session, project_id)
    guessed: list[tuple[dict[str, Any], str]] = [
        (count_together(suggestions, merged)[0], category)
        for suggestions, category in session.execute(statement)
        if suggestions
    ]
    return Answers(
        [float(guess["confidence"]) for guess, _ in guessed],
        [guess["category_id"] == category for guess, category in guessed],
    )


def seconds_of(session: Session, round_id: str, labels: int) -> float | None:
    """Return how long `labels` labels take people, by the median of the round's; None before any."""
    statement = (
        select(Annotation.seconds)
        .join(Query, Query.id == Annotation.query_id)
        .where(Query.round_id == round_id, Annotation.seconds.is_not(None))
        .limit(1000)
    )
    each = [seconds for seconds in session.scalars(statement) if seconds]
    return round(labels * median(each), 1) if each else None


def interval(found: Forecast) -> Interval:
    """Return it as the API shows it."""
    return Interval(middle=found.middle, low=found.low, high=found.high)
