"""The benchmarks of one client's load on another, small: the load is really there, and the ratio true."""

from argparse import Namespace

import pytest
from sqlalchemy import Engine

from benchmarks import sign_in_burst, slow_connections
from benchmarks.label_seed import seed
from benchmarks.pressure import Load, Turns, report, take_turns
from tests.app.live_server import serving

OPTIONS = Namespace(pairs=1, seconds=1.0)


@pytest.mark.only("sqlite", "what is measured does not depend on the database")
@pytest.mark.parametrize("load", [sign_in_burst.load, slow_connections.load])
def test_another_user_is_answered_with_and_without_the_load(engine: Engine, load: Load) -> None:
    seeded = seed(engine, 5, annotators=2)
    with serving() as port:
        turns = take_turns(load, ("127.0.0.1", port), seeded, OPTIONS)
    assert [len(turns.without), len(turns.under)] == [1, 1]
    assert min(turns.without[0] + turns.under[0]) > 0
    assert "| load | " in report(turns, "load", OPTIONS)


def test_the_ratio_is_of_medians_of_p95_and_the_bar_is_told() -> None:
    turns = Turns(without=[[1.0] * 9] * 3, under=[[2.0] * 9, [2.5] * 9, [90.0] * 9])
    assert turns.ratio == pytest.approx(2.5)
    assert "2.50 times its value without, under 3." in report(turns, "load", OPTIONS)
    turns.under[0] = [4.0] * 9
    assert "NOT UNDER 3." in report(turns, "load", OPTIONS)
