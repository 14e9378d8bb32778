"""One installation for all these tests: they are what an operator does, one after the other.

They run by `make test-containers` only, which says with which engine.
"""

import os
from pathlib import Path

import pytest

from tests.containers.installation import Installation

collect_ignore_glob = [] if "CONTAINERS" in os.environ else ["test_installation.py"]


@pytest.fixture(scope="session")
def installation() -> Installation:
    """Return the installation, of which nothing is there before the first test."""
    return Installation(Path(os.environ["CONTAINERS"]))
