"""How good a project's newest model is, what more labels would buy, and whether they are worth it."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.models import Annotation, Category, Query, Step
from app.core.order import newest_first
from app.projects.merged import count_together, read_merged
from app.rounds.newest import newest_model
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


def forecast(session: Session, project_id: str, labels: int, worth: float) -> ForecastOut | None:
    """Return what is known of the newest model and what `labels` more would buy; None before a model.

    They are worth it from a gain of `worth` on: a part of 1.
    """
    newest = newest_model(session, project_id)
    if newest is None:
        return None
    steps = session.scalars(
        select(Step)
        .where(Step.round_id == newest.round_id, Step.index <= newest.step, Step.artefacts_key.is_not(None))
        .order_by(Step.index)
    ).all()
    live = select(func.count()).where(Category.project_id == project_id, Category.archived_at.is_(None))
    categories = max(1, session.scalar(live) or 0)
    tested = [step for step in steps if step.accuracy]
    points = measured(tested, categories)
    if not points:
        points = judged(steps, categories, answers_of(session, project_id, newest.round_id))
    if not points:
        return None
    curve = LearningCurve(points)
    gain = curve.gain(labels / categories)
    return ForecastOut(
        basis="test" if tested else "pool",
        round_id=newest.round_id,
        step=newest.step,
        images=points[-1].images if tested else int(steps[-1].report["rest"]["images"]),
        accuracy=interval(curve.now()),
        labels=labels,
        gain=interval(gain),
        seconds=seconds_of(session, newest.round_id, labels),
        worth=worth,
        go_on=gain.middle >= worth,
    )


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
