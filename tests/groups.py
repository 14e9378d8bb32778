"""A pytest plugin: which tests run in one process one after another, and which begin first.

The groups of pytest-xdist (`xdist_group`) group nothing with pytest 9.2, where tests cannot be renamed.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

TOGETHER = (
    "tests/service/",
    "tests/stack/",
    "tests/e2e/",
    "tests/worker/jobs/test_cancel_phases.py",
    "tests/worker/jobs/test_later_images.py",
)
"""Tests below each of these share what takes long to start: a service, a stack, a browser, children."""


class Groups(LoadScopeScheduling):
    """Hands out tests one by one, those of a group to one process."""

    def _split_scope(self, nodeid: str) -> str:
        """Return the group of a test: its own name where it is in none."""
        return next((start for start in TOGETHER if nodeid.startswith(start)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Groups | None:
    """Return what hands out tests where they are run with `--dist loadgroup`."""
    return Groups(config, log) if config.getoption("dist") == "loadgroup" else None


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Begin with slow tests, after the groups: no process waits for another where the last is a short one."""
    yield
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
