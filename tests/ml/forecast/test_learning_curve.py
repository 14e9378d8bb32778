"""What more labels would buy: intervals that hold what they should, on curves whose law is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.forecast.learning_curve import SLOPE, LearningCurve, Measured, chance


def power_law(slope: float, error: float = 0.6, images: int = 2000) -> list[Measured]:
    """Return what would be measured after 1, 2, ..., 10 labels a category, without any chance."""
    return [Measured(n, 1 - error * n**-slope, images) for n in range(1, 11)]


def test_of_one_point_it_says_what_the_prior_says() -> None:
    (first, *_) = power_law(0.4)
    curve = LearningCurve([first])
    assert curve.at(10).middle == pytest.approx(1 - 0.6 * 10**-SLOPE, abs=0.01)
    assert curve.now().middle == pytest.approx(0.4, abs=0.002)


@pytest.mark.parametrize("slope", [0.1, 0.3, 0.5])
def test_a_power_law_is_recognised_as_points_come(slope: float) -> None:
    points = power_law(slope)
    errors, widths = [], []
    for known in (1, 3, 6, 9):
        found = LearningCurve(points[:known]).at(10)
        assert found.low <= points[-1].accuracy <= found.high
        errors.append(abs(found.middle - points[-1].accuracy))
        widths.append(found.high - found.low)
    assert widths == sorted(widths, reverse=True)
    assert errors[-1] <= errors[0] + 1e-9


def test_a_wobble_within_chance_is_no_decline() -> None:
    """63.4, 61.4, 60.2 % of 505 images: each is within the chance of the one before, and so is a gain."""
    points = [Measured(n, accuracy, 505) for n, accuracy in ((3, 0.634), (4, 0.614), (5, 0.602))]
    curve = LearningCurve(points)
    assert curve.now().low < 0.634
    assert curve.gain(1).high > 0


def test_the_gain_is_that_of_the_two_ends() -> None:
    curve = LearningCurve(power_law(0.3)[:5])
    gain = curve.gain(2)
    assert gain.middle == pytest.approx(curve.at(7).middle - curve.at(5).middle, abs=0.01)
    assert gain.low < gain.middle < gain.high
    assert curve.gain(4).middle > gain.middle


def test_more_test_images_say_more() -> None:
    few, many = (LearningCurve([Measured(2, 0.7, images)]).now() for images in (50, 5000))
    assert few.high - few.low > 3 * (many.high - many.low)
    wilson = 1.645 * np.sqrt(0.7 * 0.3 / 5000)
    assert (many.high - many.low) / 2 == pytest.approx(wilson, rel=0.15)


@given(
    accuracies=st.lists(st.floats(0, 1), min_size=1, max_size=12),
    more=st.floats(0.01, 50),
    labels=st.floats(0.05, 3),
    images=st.integers(1, 10_000),
)
def test_any_curve_has_a_forecast(accuracies: list[float], more: float, labels: float, images: int) -> None:
    points = [Measured(labels * (k + 1), accuracy, images) for k, accuracy in enumerate(accuracies)]
    curve = LearningCurve(points)
    for found in (curve.now(), curve.at(points[-1].labels + more)):
        assert 0 <= found.low <= found.middle <= found.high <= 1
    gain = curve.gain(more)
    assert gain.low <= gain.middle <= gain.high


def test_intervals_hold_nine_in_ten_rounds_of_their_own_law() -> None:
    generator = np.random.default_rng(0)
    places = np.log(np.arange(1, 8))
    held, rounds = 0, 300
    for _ in range(rounds):
        wandered = np.cumsum(generator.normal(0, 0.17 * np.sqrt(np.diff(places, prepend=0))))
        errors = np.exp(np.log(0.5) - generator.normal(SLOPE, 0.1) * places + wandered)
        luck = generator.normal(0, [np.sqrt(chance(error, 1000)) for error in errors])
        seen = np.clip(1 - errors * np.exp(luck), 0, 1)
        points = [Measured(n + 1, accuracy, 1000) for n, accuracy in enumerate(seen)]
        found = LearningCurve(points[:3]).at(7)
        held += found.low <= points[-1].accuracy <= found.high
    assert 0.85 <= held / rounds <= 0.95
