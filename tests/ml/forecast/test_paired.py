"""Two rows of guesses about the same images, by hand."""

from math import sqrt

import pytest

from ml.forecast.paired import difference, is_shown, share_right


def test_the_share_that_is_right_and_its_error() -> None:
    found = share_right([True, True, True, False])
    assert (found.middle, found.error) == (0.75, pytest.approx(sqrt(4 / 6 * 2 / 6 / 4)))


def test_guesses_that_are_all_right_leave_an_error() -> None:
    assert share_right([True] * 20).error == pytest.approx(sqrt(21 / 22 * 1 / 22 / 20))


def test_the_difference_counts_images_that_one_of_them_has_right() -> None:
    """Of ten images four are won and one is lost: 4.5 - 1.5 of 12."""
    one, other = [True] * 9 + [False], [True] * 5 + [False] * 4 + [True]
    found = difference(one, other)
    assert found.middle == pytest.approx(3 / 12)
    assert found.error == pytest.approx(sqrt(6 - 9 / 12) / 12)
    assert not is_shown(found), "1.3 standard errors"


@pytest.mark.parametrize(("won", "shown"), [(0, False), (4, False), (5, True), (20, True)])
def test_four_images_of_twenty_may_be_chance(won: int, *, shown: bool) -> None:
    found = difference([True] * 20, [False] * won + [True] * (20 - won))
    assert is_shown(found) is shown
    worse = difference([False] * won + [True] * (20 - won), [True] * 20)
    assert (worse.middle, worse.error) == (pytest.approx(-found.middle), pytest.approx(found.error))


def test_nothing_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="nothing to compare"):
        difference([], [])
