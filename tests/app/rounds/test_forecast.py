"""What more labels would buy, over HTTP: by test images where there are some, else by confidences."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.core.database import write_session
from app.core.models import Step
from ml.forecast.learning_curve import LearningCurve, Measured
from tests.app.exports.conftest import labelled, publish
from tests.app.labelling_factory import Labelling, make_labelling

__all__ = ["labelled"]  # a fixture

API = "/api/v1"
GUESSES = [[0.75, 0.25]] * 5


def forecast(client: TestClient, made: Labelling, **query: float) -> dict[str, Any] | None:
    answer = client.get(f"{API}/projects/{made.project_id}/forecast", params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] | None = answer.json()
    return found


def measure(index: int, labels: int, **values: Any) -> None:
    """Let the step be trained on `labels` labels; `values` are its accuracy or what its report says else."""
    accuracy = values.pop("accuracy", None)
    report = {"train_labels": labels, **values}
    with write_session() as session:
        session.execute(update(Step).where(Step.index == index).values(report=report, accuracy=accuracy))


def test_before_a_model_there_is_nothing_to_say(olga: TestClient) -> None:
    assert forecast(olga, make_labelling()) is None


def test_the_test_images_tell(olga: TestClient, labelled: Labelling) -> None:
    publish(labelled, 2, GUESSES)
    for index, labels, top1 in ((1, 2, 0.6), (2, 4, 0.7)):
        measure(index, labels, accuracy={"top1": top1, "mean_class": top1, "images": 400})
    found = forecast(olga, labelled, labels=4)
    assert found is not None
    curve = LearningCurve([Measured(1, 0.6, 400), Measured(2, 0.7, 400)])
    assert (found["basis"], found["step"], found["images"], found["labels"]) == ("test", 2, 400, 4)
    assert found["accuracy"] == pytest.approx(vars(curve.now()))
    assert found["gain"] == pytest.approx(vars(curve.gain(2)))
    assert found["seconds"] == 4 * 2.5
    assert found["go_on"] is True
    dear = forecast(olga, labelled, labels=4, worth=0.5)
    assert dear is not None
    assert dear["go_on"] is False


def test_without_test_images_confidences_tell_as_far_as_guesses_were_right(
    olga: TestClient, labelled: Labelling
) -> None:
    """Two queries were answered with a guess of 0.9 for the first category: one right, one wrong."""
    measure(1, 3, rest={"images": 2, "confidence": 0.8})
    found = forecast(olga, labelled)
    assert found is not None
    right = 0.8 + (1 - 1.8) / 22
    assert (found["basis"], found["images"]) == ("pool", 2)
    assert found["accuracy"]["middle"] == pytest.approx(right, abs=0.01)
    assert found["accuracy"]["high"] - found["accuracy"]["low"] > 0.15


def test_a_step_of_an_older_release_says_nothing(olga: TestClient, labelled: Labelling) -> None:
    measure(1, 3)
    assert forecast(olga, labelled) is None


@pytest.mark.parametrize("query", [{"labels": 0}, {"labels": 200_000}, {"worth": 2}, {"worth": -1}])
def test_questions_out_of_range_are_refused(olga: TestClient, labelled: Labelling, query: Any) -> None:
    answer = olga.get(f"{API}/projects/{labelled.project_id}/forecast", params=query)
    assert answer.status_code == 422


def test_nothing_is_said_of_a_rest_that_is_not_there(olga: TestClient, labelled: Labelling) -> None:
    publish(labelled, 2, GUESSES)
    measure(1, 3, rest={"images": 2, "confidence": 0.8})
    measure(2, 5, rest={"images": 0, "confidence": 0.0})
    assert forecast(olga, labelled) is None


def test_the_plan_of_an_audit_takes_the_same_figure(olga: TestClient, labelled: Labelling) -> None:
    measure(1, 3, rest={"images": 2, "confidence": 0.8})
    found = forecast(olga, labelled)
    assert found is not None
    plan = olga.get(f"{API}/projects/{labelled.project_id}/audits/plan").json()
    (row,) = [rate for rate in plan["rates"] if rate["source"] == "model"]
    assert row["rate"] == round(1 - found["accuracy"]["middle"], 4)
