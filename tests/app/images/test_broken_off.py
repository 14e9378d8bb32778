"""Bodies of which not everything comes, and bodies that nobody reads."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient

from tests.app.images.files import new_project
from tests.app.images.raw import PART, send_raw

ROUTES = ["images", "label-files"]


@pytest.mark.parametrize("route", ROUTES)
def test_a_broken_off_upload_is_no_error_of_the_service(
    client: TestClient, caplog: pytest.LogCaptureFixture, route: str
) -> None:
    project = new_project(client)
    coming = iter([{"type": "http.request", "body": PART, "more_body": True}])
    assert send_raw(client, f"/api/v1/projects/{project}/{route}", coming) == 400  # it used to raise
    assert not [record for record in caplog.records if record.levelname in {"ERROR", "CRITICAL"}]
    assert client.get(f"/api/v1/projects/{project}/images").json()["items"] == []


@pytest.mark.parametrize("route", ROUTES)
def test_nothing_is_read_of_what_a_stranger_sends(
    client: TestClient, sign_in: Callable[..., TestClient], route: str
) -> None:
    project = new_project(client)
    coming = iter([{"type": "http.request", "body": PART, "more_body": True}])
    assert send_raw(sign_in("mallory"), f"/api/v1/projects/{project}/{route}", coming) == 404
    assert next(coming)["body"] == PART
