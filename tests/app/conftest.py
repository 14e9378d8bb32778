"""People who label: each fixture is a client with a token, and the project knows them by name."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.app.labelling_factory import Labelling, make_labelling, make_project

MEMBERS = {"olga": "owner", "anna": "annotator", "ben": "annotator"}


@pytest.fixture
def olga(sign_in: Callable[..., TestClient]) -> TestClient:
    """Return the owner's client."""
    return sign_in("olga")


@pytest.fixture
def anna(sign_in: Callable[..., TestClient]) -> TestClient:
    """Return an annotator's client."""
    return sign_in("anna")


@pytest.fixture
def ben(sign_in: Callable[..., TestClient]) -> TestClient:
    """Return another annotator's client."""
    return sign_in("ben")


@pytest.fixture
def project(olga: TestClient, anna: TestClient, ben: TestClient) -> Labelling:
    """Return a project of the three, without a round."""
    return make_project(members=MEMBERS)


@pytest.fixture
def labelling(olga: TestClient, anna: TestClient, ben: TestClient) -> Labelling:
    """Return a project of the three whose round asks about three images."""
    return make_labelling(members=MEMBERS)
