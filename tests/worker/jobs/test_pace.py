import pytest

from worker.jobs import pace
from worker.jobs.pace import Pace


@pytest.mark.parametrize(
    ("seconds", "message"),
    [
        (10, "3,000 of 10,000 files, 200 a second, 35 s left"),
        (100, "3,000 of 10,000 files, 20 a second, 5 min 50 s left"),
        (4000, "3,000 of 10,000 files, 0 a second, 3 h 53 min left"),
    ],
)
def test_the_pace_is_of_this_run_alone(monkeypatch: pytest.MonkeyPatch, seconds: int, message: str) -> None:
    times = iter([50.0, 50.0 + seconds])
    monkeypatch.setattr(pace.time, "monotonic", lambda: next(times))
    assert Pace(1000, 10_000).message(3000) == message


def test_nothing_done_says_nothing_of_time() -> None:
    assert Pace(5, 10).message(5) == "5 of 10 files"
