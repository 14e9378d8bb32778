"""One installation for all these tests: they are what an operator does, one after the other.

They run by `make test-containers` only, which says with which engine.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.containers.installation import Installation

collect_ignore_glob = [] if "CONTAINERS" in os.environ else ["test_installation.py", "test_killed_run.py"]


@pytest.fixture(scope="session")
def installation() -> Installation:
    """Return the installation, of which nothing is there before the first test."""
    return Installation(Path(os.environ["CONTAINERS"]))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[Any]:
    """Add to the report of a test that fails what the containers have said."""
    report = yield
    installation = getattr(item, "funcargs", {}).get("installation")
    if report.failed and installation is not None:
        report.sections.append(("containers", installation.told()))
    return report
