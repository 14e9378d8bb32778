"""A pytest plugin: on a slow machine the slowest tests are left out, and named; in CI never.

`--slow-until TIME` begins no slow, lone or browser test after TIME. Where the variable CI is set it has no
effect. The runs of one `make test` share a TIME, and the last of them says in one line what all left out.
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
    """Say in one line which tests this run, and those before it with the same time, left out."""
    until, cache = config.getoption("--slow-until"), config.cache
    if not until or cache is None:
        return
    skipped = terminalreporter.stats.get("skipped", [])
    own = [report.nodeid for report in skipped if REASON in str(report.longrepr)]
    before = cache.get(KEPT, {})
    names = sorted({*before.get("names", []), *own} if before.get("until") == until else own)
    cache.set(KEPT, {"until": until, "names": names})
    if names:
        more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
        tests = "1 test" if len(names) == 1 else f"{len(names)} tests"
        terminalreporter.write_line(f"Left out, for {REASON}: {tests}: {', '.join(names[:NAMED])}{more}")
