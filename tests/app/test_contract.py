"""The service against its own OpenAPI document: whatever it is sent, it answers as the document says."""

from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.core.database import write_session
from app.core.models import Job, Source
from tests.app.labelling_factory import Labelling, make_labelling
from tests.app.test_route_walk import identifiers

CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = {"sqlite": 3, "postgresql": 10}
"""For each operation; what the document allows and a database refuses, PostgreSQL refuses."""
ENDLESS = {"project_events", "job_events"}
WITHOUT_INPUT = {"live", "ready", "metrics"}


@pytest.fixture
def owned(anonymous: TestClient, sign_in: Callable[..., TestClient]) -> tuple[Labelling, dict[str, str]]:
    """Return a project in the middle of a round, and what an administrator who owns it sends."""
    ada = sign_in("ada", "admin")
    made = make_labelling(members={"ada": "owner", "olga": "annotator"})
    with write_session() as session:
        session.add(Job(project_id=made.project_id, kind="import", queue="cpu", params={}))
        session.add(Source(name="Photos", kind="dataset", params={"name": "digits-8x8"}, images=1797))
    return made, {"Authorization": ada.headers["Authorization"]}


@pytest.fixture
def examples(backend: str) -> settings:
    """Return how many examples are sent to each operation; they are the same ones every time."""
    every = list(HealthCheck)
    return settings(
        max_examples=EXAMPLES[backend], derandomize=True, database=None, suppress_health_check=every
    )


def operations(application: Any) -> list[Any]:
    """Return the operations that answer once, those that delete at the end."""
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", application)
    found = [result.ok() for result in schema.get_all_operations() if isinstance(result, Ok)]
    finite = [each for each in found if each.definition.raw["operationId"] not in ENDLESS]
    return sorted(finite, key=lambda each: each.method == "delete")


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_what_fits_the_document_is_answered_by_it(
    anonymous: TestClient, owned: tuple[Labelling, dict[str, str]], examples: settings
) -> None:
    made, headers = owned
    ids, statuses = identifiers(made), set()
    for operation in operations(anonymous.app):

        @given(case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE))
        @examples
        def send(case: Any) -> None:
            case.path_parameters |= {name: ids[name] for name in case.path_parameters if name in ids}
            answer = case.call_and_validate(headers=headers, checks=CHECKS)
            statuses.add((case.operation.label, answer.status_code))

        send()
    served = {label for label, status in statuses if status < 300}
    assert len(served) > 30, sorted(statuses)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_what_does_not_fit_is_refused_politely(
    anonymous: TestClient, owned: tuple[Labelling, dict[str, str]], examples: settings
) -> None:
    for operation in operations(anonymous.app):
        if operation.definition.raw["operationId"] in WITHOUT_INPUT:
            continue

        @given(case=operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
        @examples
        def send(case: Any) -> None:
            case.call_and_validate(headers=owned[1], checks=CHECKS)

        send()
