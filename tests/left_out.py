"""A pytest plugin: tests that are left out are named, with the reason; in CI slowness is none.

`--slow-until TIME` begins no slow, lone or browser test after TIME; slow ones are begun first. Where the
variable CI is set it leaves out nothing. One line at the end says what was left out: for the time, or because
this machine lacks what it needs (root, a GPU, Label Studio, the history). Runs that share a TIME are parts of
one whole, and the last of them tells of all.
"""

import os
import time

import pytest

REASON = "the time for slow tests is over"
MARKS = ("slow", "alone", "e2e")
KEPT = "eigenlabel/left_out"
NAMED = 5


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--slow-until`."""
    parser.addoption(
        "--slow-until",
        type=float,
        metavar="TIME",
        help="begin no slow test after this time, in seconds since 1970; without effect where CI is set",
    )


def in_ci() -> bool:
    """Return whether this is continuous integration, where a test that is left out has failed."""
    return os.environ.get("CI", "").lower() not in {"", "0", "false"}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what takes long once the time for it is over."""
    until = item.config.getoption("--slow-until")
    if until and not in_ci() and time.time() > until and any(map(item.get_closest_marker, MARKS)):
        pytest.skip(REASON)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say in one line which tests this run, and those before it with the same time, left out, and why.

    Where there is neither a time nor the variable CI, pytest's own count of skipped tests is enough.
    """
    until, cache = config.getoption("--slow-until"), getattr(config, "cache", None)
    if not (until or in_ci()) or cache is None:
        return
    reasons = {report.nodeid: reason(report) for report in terminalreporter.stats.get("skipped", [])}
    before = cache.get(KEPT, {})
    if until and before.get("until") == until:
        reasons = before.get("reasons", {}) | reasons
    cache.set(KEPT, {"until": until, "reasons": reasons})
    if reasons:
        terminalreporter.write_line(f"Left out: {'; '.join(told(reasons))}")


def reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return why a test, or a file of them, was skipped."""
    text = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return " ".join(text.removeprefix("Skipped: ").split())


def told(reasons: dict[str, str]) -> list[str]:
    """Return a piece for each reason, with the first of its tests."""
    pieces = []
    for why in sorted(set(reasons.values())):
        names = sorted(name for name, each in reasons.items() if each == why)
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        tests = "1 test" if len(names) == 1 else f"{len(names)} tests"
        pieces.append(f"{tests}, for {why}: {', '.join(names[:NAMED])}{more}")
    return pieces
