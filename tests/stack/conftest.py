"""One stack that the tests of this package share."""

from collections.abc import Iterator

import pytest

from tests.chaos.trial import PATIENT
from tests.servers.ports import four_free_ports
from tests.service.conftest import POOL_PER_DIGIT, TEST_PER_DIGIT, write_digits
from tests.service.oracle import Oracle
from tests.stack.stack import Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """Return a running stack that may import a few real digits; a job may be begun as often as it takes."""
    digits = write_digits(tmp_path_factory.mktemp("digits"), POOL_PER_DIGIT, TEST_PER_DIGIT)
    stack = Stack(digits, four_free_ports(), PATIENT)
    try:
        stack.start()
        yield stack
    finally:
        stack.remove()


@pytest.fixture
def oracles(stack: Stack) -> list[Oracle]:
    """Return an oracle at each api process, on one new project whose images are imported."""
    first, second = (Oracle(client) for client in stack.clients())
    first.new_project()
    second.project = first.project
    first.import_folder(stack.import_root / "pool", "pool")
    second.import_folder(stack.import_root / "test", "test", labels="truth")
    return [first, second]
