"""When the model contradicts somebody too often: by hand, and how often that is chance."""

import numpy as np
import pytest
from scipy.stats import fisher_exact

from ml.forecast.disagreement import Alarm, Contradicted, alarm, tail

USUAL = [True, False, False, False, False]


def test_the_tail_by_hand() -> None:
    """Of 2 + 2 answers 2 were contradicted, both of the newest: one way in six."""
    assert tail(Contradicted(2, 2), Contradicted(0, 2)) == pytest.approx(1 / 6)
    assert tail(Contradicted(1, 2), Contradicted(1, 2)) == pytest.approx(5 / 6)
    assert tail(Contradicted(0, 2), Contradicted(2, 2)) == 1


@pytest.mark.parametrize("seed", range(20))
def test_the_tail_is_that_of_fishers_exact_test(seed: int) -> None:
    rng = np.random.default_rng(seed)
    few, many = int(rng.integers(1, 30)), int(rng.integers(1, 400))
    newest, usual = (
        Contradicted(int(rng.integers(few + 1)), few),
        Contradicted(int(rng.integers(many + 1)), many),
    )
    table = [[each.wrong, each.answers - each.wrong] for each in (newest, usual)]
    assert tail(newest, usual) == pytest.approx(fisher_exact(table, alternative="greater").pvalue)


def test_a_person_who_begins_to_click_at_random_is_noticed() -> None:
    own = USUAL * 10 + [True] * 14 + [False] * 6
    assert alarm(own, []) == Alarm(Contradicted(14, 20), Contradicted(10, 50), None)


def test_a_step_that_is_hard_for_everybody_is_no_alarm() -> None:
    own = USUAL * 10 + [True] * 14 + [False] * 6
    assert alarm(own, [True] * 28 + [False] * 12) is None
    assert alarm(own, USUAL * 8) is not None


def test_a_person_who_is_new_is_compared_with_the_others() -> None:
    newest = [True] * 16 + [False] * 4
    assert alarm(newest, USUAL * 8) == Alarm(Contradicted(16, 20), None, Contradicted(8, 40))
    assert alarm(newest, USUAL * 3) is None, "fifteen answers say little"
    assert alarm(newest[:19], USUAL * 8) is None


def test_few_people_are_named_by_chance() -> None:
    """Each of 600 people is looked at after every one of 200 answers: fewer than 1 in 50 are named."""
    generator = np.random.default_rng(5)
    named = 0
    for person in range(600):
        answers = (generator.random(200) < (0.1, 0.25, 0.5)[person % 3]).tolist()
        named += any(alarm(answers[:n], []) for n in range(40, 201))
    assert named < 600 / 50
