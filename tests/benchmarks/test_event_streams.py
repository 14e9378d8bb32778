"""The benchmark of event streams, small: the pages are really there, and its ratios true."""

from argparse import Namespace
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from benchmarks.event_streams import Turns, report, streams, take_turns
from benchmarks.label_load import Result
from benchmarks.label_seed import seed
from tests.app.live_server import serving

OPTIONS = Namespace(pairs=1, streams=4, annotators=2, queries=40, seconds=20.0)
RESULT = Result(
    annotators=2,
    labels=40,
    labels_per_second=100.0,
    lease_p50=1.0,
    lease_p95=10.0,
    submit_p50=2.0,
    submit_p95=20.0,
    given_twice=0,
    lost=0,
    refused=0,
)


@pytest.mark.only("sqlite", "the load of labels is measured on both by its own test")
def test_labels_are_given_with_and_without_pages_that_hear_of_them(engine: Engine) -> None:
    with serving() as port:
        turns = take_turns(engine, [("127.0.0.1", port)], OPTIONS)
    assert [result.labels for result in (*turns.without, *turns.listening)] == [40, 40]
    ((*heard,),) = turns.heard
    assert len(heard) == 4
    assert min(heard) >= 1
    assert "| 4 |" in report(turns, OPTIONS)


@pytest.mark.only("sqlite", "what is refused does not depend on the database")
def test_pages_that_are_refused_are_no_pages(engine: Engine) -> None:
    seeded = replace(seed(engine, 5, annotators=1), tokens=["el_invented"])
    refused = pytest.raises(RuntimeError, match="Not every event stream")
    with serving() as port, refused, streams([("127.0.0.1", port)], seeded):
        pytest.fail("the load began without pages")


def test_ratios_are_of_medians_and_the_bar_is_told() -> None:
    slower = [replace(RESULT, lease_p95=value, submit_p95=value * 2) for value in (11.0, 21.0, 90.0)]
    turns = Turns(without=[RESULT] * 3, listening=slower, heard=[[3, 5]] * 3)
    assert turns.ratio("lease_p95") == pytest.approx(2.1)
    told = report(turns, OPTIONS)
    assert "p95 of lease: 2.10 times its value without streams, NOT UNDER 2." in told
    assert "Each stream heard 3 to 5 events a turn." in told
    assert "under 2." in report(replace(turns, listening=[RESULT] * 3), OPTIONS)
