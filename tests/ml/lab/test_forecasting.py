"""Forecasts replayed on results: what counts, by hand, and through the command."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from ml.forecast.learning_curve import LearningCurve, Measured
from ml.lab import cli
from ml.lab.forecasting import coverage, measured, regrets
from tests.ml.lab.conftest import Make

RISING = [0.5, 0.6, 0.65, 0.68, 0.7]


def test_points_are_those_that_the_service_would_have(make_result: Make) -> None:
    """Two categories with an indicator each; every step of the fixture asks for one label a category."""
    result = make_result("margin", [RISING])
    points = measured(result, result.runs[0], 100)
    assert points[:2] == [Measured(1, 0.5, 100), Measured(2, 0.6, 100)]
    assert [point.labels for point in points] == [1, 2, 3, 4, 5]


def test_coverage_counts_what_was_inside(make_result: Make) -> None:
    falling = [0.9, 0.9, 0.05, 0.9, 0.9]
    results = [make_result("margin", [RISING, falling]), make_result("random", [RISING])]
    found = coverage(results, {"set": 1000})
    # After 1+0, 1+1 and 1+3 the next step is known; after 1+0 and 1+1 the end that is not the next step.
    assert (len(found["set", "the next step"].inside), len(found["set", "the end"].inside)) == (9, 6)
    assert found["set", "the next step"].inside.count(False) == 2  # the fall, and the rise from it
    points = [Measured(1, 0.5, 1000)]
    said = LearningCurve(points).at(2)
    assert found["set", "the next step"].widths[0] == pytest.approx(50 * (said.high - said.low))


def test_regret_by_hand(make_result: Make) -> None:
    """Labels worth 4 points: 46, 52, 53, 52, 50 are left of the curve, so that 1+2 is the best stop."""
    result = make_result("margin", [RISING])
    _, at_start, at_end = regrets([result], {"set": 100_000}, 4.0)
    assert (at_start, at_end) == (pytest.approx(7), pytest.approx(3))
    free = regrets([result], {"set": 100_000}, 0.0)
    assert free[0] == free[2] == 0
    dear = regrets([result], {"set": 100_000}, 60.0)
    assert dear[0] == dear[1] == 0


def test_the_command_says_what_it_counted(make_result: Make, tmp_path: Path) -> None:
    path = tmp_path / "margin.json"
    make_result("margin", [RISING]).save(path)
    command = ["forecast", str(path), "--images", "set=500", "--worth", "1"]
    printed = CliRunner().invoke(cli.app, command).stdout
    assert "| set | the next step | 3 | 100.0% |" in printed
    assert "A label a category worth 1 points" in printed


@pytest.mark.parametrize(
    ("images", "message"), [("other=5", "how many test images set has"), ("set=many", "takes name=count")]
)
def test_test_images_that_are_not_told_are_asked_for(
    make_result: Make,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    *,
    images: str,
    message: str,
) -> None:
    path = tmp_path / "margin.json"
    make_result("margin", [RISING]).save(path)
    monkeypatch.setattr("sys.argv", ["eigenlab", "forecast", str(path), "--images", images])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert message in capsys.readouterr().err
