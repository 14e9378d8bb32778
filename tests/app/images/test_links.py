"""Signed links to images: for tools without an account, for one image, for a time (hazard T12)."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete

from app.core.config import get_settings
from app.core.database import write_session
from app.core.models import Image, Project
from app.images import links
from tests.app.images.files import encoded, new_project, picture, png, send

API = "/api/v1"


def tasks(client: TestClient, project: str) -> list[dict[str, Any]]:
    answer = client.get(f"{API}/projects/{project}/export?format=labelstudio")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = json.loads(answer.text)
    return found


@pytest.fixture
def project(client: TestClient) -> str:
    """Return a project with a PNG and a TIFF, which browsers do not show."""
    made = new_project(client)
    send(client, made, {"cat/a.png": png(), "b.tif": encoded(picture(mode="CMYK"), "TIFF")})
    return made


@pytest.fixture
def addresses(client: TestClient, project: str) -> list[str]:
    return [task["data"]["image"] for task in tasks(client, project)]


def test_a_link_shows_its_image_to_anybody(anonymous: TestClient, addresses: list[str]) -> None:
    assert all(address.startswith("http://testserver/api/v1/images/") for address in addresses)
    answers = [anonymous.get(address) for address in addresses]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == png()
    assert [answer.headers["content-type"] for answer in answers] == ["image/png", "image/jpeg"]
    headers = answers[0].headers
    assert headers["access-control-allow-origin"] == "*"
    assert headers["cross-origin-resource-policy"] == "cross-origin"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "private, max-age=86400"
    assert "cat" not in str(headers)
    assert anonymous.get(addresses[0].partition("/shared")[0]).status_code == 401


def changed(address: str) -> Iterator[str]:
    """Yield links like `address` that nobody gave out."""
    parts = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    later, signature = str(int(query["expires"]) + 1), query["signature"]
    for expires, signed in [
        (later, signature), (query["expires"], signature[:-1] + ("0" if signature[-1] != "0" else "1")),
        (query["expires"], ""), ("", signature), ("x", signature), (f"0{query['expires']}", signature),
        (query["expires"], "é"), ("99999999999999999999", signature),
    ]:  # fmt: skip
        yield f"{parts.path}?expires={expires}&signature={signed}"
    yield parts.path


def test_a_changed_link_shows_nothing(anonymous: TestClient, addresses: list[str]) -> None:
    one, other = (urlsplit(address) for address in addresses)
    swapped = [f"{one.path}?{other.query}", f"{API}/images/{'0' * 32}/shared?{one.query}"]
    for address in [*changed(addresses[0]), *swapped]:
        answer = anonymous.get(address)
        assert (answer.status_code, address) == (403, address)
        assert answer.headers["content-type"] == "application/problem+json"
    assert anonymous.get(f"{API}/images/%00/shared?{one.query}").status_code in {403, 404, 422}


def test_a_link_ends(anonymous: TestClient, addresses: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    at = links.now() + timedelta(days=30, seconds=-60)
    monkeypatch.setattr(links, "now", lambda: at)
    assert anonymous.get(addresses[0]).headers["cache-control"] in {f"private, max-age={n}" for n in (59, 60)}
    monkeypatch.setattr(links, "now", lambda: at + timedelta(seconds=61))
    answer = anonymous.get(addresses[0])
    assert (answer.status_code, answer.json()["detail"]) == (
        403,
        "The time of this link is over. Export again.",
    )


@pytest.mark.parametrize("gone", [Image, Project])
def test_a_link_goes_with_its_image_and_its_project(
    anonymous: TestClient, addresses: list[str], gone: Any
) -> None:
    with write_session() as session:
        session.execute(delete(gone))
    assert anonymous.get(addresses[0]).status_code == 403


def test_an_owner_can_end_all_links(
    client: TestClient,
    anonymous: TestClient,
    project: str,
    addresses: list[str],
    sign_in: Callable[..., TestClient],
) -> None:
    assert tasks(client, project)[0]["data"]["image"].partition("?")[0] == addresses[0].partition("?")[0]
    assert sign_in("eve").delete(f"{API}/projects/{project}/image-links").status_code == 404
    assert anonymous.get(addresses[0]).status_code == 200
    assert client.delete(f"{API}/projects/{project}/image-links").status_code == 204
    assert anonymous.get(addresses[0]).status_code == 403
    assert anonymous.get(tasks(client, project)[0]["data"]["image"]).status_code == 200


def test_links_begin_with_the_public_address(
    client: TestClient, project: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EIGENLABEL_PUBLIC_URL", "https://labels.example.org/eigenlabel/")
    get_settings.cache_clear()
    (address, _) = [task["data"]["image"] for task in tasks(client, project)]
    assert address.startswith("https://labels.example.org/eigenlabel/api/v1/images/")
