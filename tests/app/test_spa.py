"""The browser application as the service delivers it (hazard T28)."""

import base64
import hashlib
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app import errors, spa
from app.core import health, web

BOOT = "\n\t\tstart({ base: '' });\n"
PAGE = f"""<!doctype html><html><head><script src="/theme.js"></script></head>
<body><script>{BOOT}</script></body></html>"""
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def built(tmp_path: Path) -> TestClient:
    """Return a client of an application whose frontend is a page, a script and a hashed asset."""
    directory = tmp_path / "static"
    (directory / "_app" / "immutable").mkdir(parents=True)
    (directory / "index.html").write_text(PAGE)
    (directory / "theme.js").write_text("1")
    (directory / "_app" / "immutable" / "start.abc.js").write_text("2")
    (tmp_path / "secret.txt").write_text("secret")
    (directory / "link.txt").symlink_to(tmp_path / "secret.txt")
    application = FastAPI(openapi_url="/api/openapi.json")
    errors.install(application)
    spa.install(application, directory)
    web.install(application)
    application.include_router(health.router)
    return TestClient(application, base_url="http://localhost")


@pytest.mark.parametrize("path", ["/", "/projects/123", "/sign-in/link_abc", "/a/b/c?next=//evil.example"])
def test_every_deep_link_opens_the_application(built: TestClient, path: str) -> None:
    answer = built.get(path, headers=BROWSER, follow_redirects=False)
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_the_policy_allows_the_pages_own_script_and_no_other(built: TestClient) -> None:
    policy = dict(
        part.split(" ", 1)
        for part in built.get("/", headers=BROWSER).headers["content-security-policy"].split("; ")
    )
    digest = base64.b64encode(hashlib.sha256(BOOT.encode()).digest()).decode()
    assert policy["script-src"] == f"'self' 'sha256-{digest}'"
    assert policy["default-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in str(policy)


def test_a_page_that_is_still_fresh_keeps_its_policy(built: TestClient) -> None:
    first = built.get("/projects/1", headers=BROWSER)
    again = built.get("/projects/1", headers=BROWSER | {"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]


def test_hashed_files_are_kept_for_good_and_others_checked(built: TestClient) -> None:
    hashed, named = built.get("/_app/immutable/start.abc.js"), built.get("/theme.js")
    assert "immutable" in hashed.headers["cache-control"]
    assert named.headers["cache-control"] == "no-cache"
    again = built.get("/theme.js", headers={"If-None-Match": named.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["/_app/immutable/old.js", "/api/v1/nothing", "/../secret.txt", "/%2e%2e/secret.txt", "/link.txt"]
)
def test_what_is_not_there_is_a_problem_not_a_page(built: TestClient, path: str) -> None:
    answer = built.get(path, headers={"Accept": "*/*"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_the_api_keeps_its_own_answers(built: TestClient) -> None:
    assert built.get("/live").headers["cache-control"] == "no-store"
    assert built.post("/live").status_code == 405
    assert built.get("/live", headers=BROWSER).json() == {"status": "live"}


def test_a_foreign_host_gets_nothing(built: TestClient) -> None:
    answer = built.get("/", headers=BROWSER | {"Host": "evil.example"})
    assert answer.status_code == 400


def test_says_so_when_it_is_not_built(tmp_path: Path) -> None:
    application = FastAPI()
    spa.install(application, tmp_path)
    answer = TestClient(application).get("/")
    assert answer.status_code == 200
    assert "make setup" in answer.text
