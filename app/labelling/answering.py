"""What the routes that answer a query share: whose an answer is, and what is said where it does not count."""

from typing import Annotated, Any

from fastapi import Header
from sqlalchemy import Row

from app.core.instruments import LABELS
from app.core.problems import Problem
from app.labelling.records import Target
from app.labelling.schemas import AnnotationOut
from app.labelling.submit import Outcome

LATE = {
    "labelled": "Somebody else has labelled this image meanwhile. Your answer is kept, but does not count.",
    "substituted": "Another image has taken its place meanwhile. Your answer is kept, but does not count.",
    "leased": "This image is with somebody else now. Your answer is kept, but does not count.",
}
CHANGED = "You have answered this image already, in another tab perhaps. The first answer stands."
WITHDRAWN = "You have no such answer to this image any more."
Annotator = Annotated[
    str | None,
    Header(alias="Eigenlabel-User", max_length=64, description="Whose answer this is: 401 for another's."),
]


def target_of(scope: Row[*tuple[Any, ...]]) -> Target:
    """Return the query that the caller answers, as `query_scope` found it."""
    return Target(
        user_id=scope.id,
        query_id=scope.query_id,
        image_id=scope.image_id,
        step_id=scope.step_id,
        round_id=scope.round_id,
        project_id=scope.project_id,
    )


def count(outcome: Outcome) -> None:
    """Count an answer in the metrics."""
    if outcome.late is not None:
        LABELS.labels("late").inc()
    elif outcome.stored and outcome.annotation:
        LABELS.labels("skip" if outcome.annotation.skip else "label").inc()


def require_category(scope: Row[*tuple[Any, ...]], category_id: str | None) -> None:
    """Raise 422 where the answer names what is no active category of the project."""
    if category_id is not None and scope.category_id is None:
        raise Problem(422, "The project has no such active category.", field="category_id")


def require_same_user(user_id: str, annotator: str | None) -> None:
    """Raise 401 where the answer of one user comes with the session of another, who signed in meanwhile."""
    if annotator not in {None, user_id}:
        raise Problem(401, "This answer is of another user than the one who is signed in.")


def accepted(outcome: Outcome) -> AnnotationOut:
    """Return the answer that stands; 409 and 412 where it is not the one that was sent."""
    if outcome.late is not None:
        raise Problem(409, LATE[outcome.late], annotation_id=outcome.kept)
    if outcome.annotation is None:
        raise Problem(412, WITHDRAWN, annotation=None)
    if outcome.changed:
        raise Problem(412, CHANGED, annotation=outcome.annotation.model_dump(mode="json"))
    return outcome.annotation
