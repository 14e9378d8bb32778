"""The browser application as the service delivers it (hazard T28)."""

import base64
import hashlib
import re
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app import health, spa
from app.core import error_handlers, web
from app.core.config import get_settings

ROOT_PATHS = ("", "/labels", "/tools/labels-2.0")


def boot(root: str) -> str:
    return f"\n\t\tstart({{ base: '{root}' }});\n"


def page(root: str) -> str:
    return f"""<!doctype html><html><head><script src="{root}/theme.js"></script></head>
<body><script>{boot(root)}</script></body></html>"""


BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(params=ROOT_PATHS)
def root(request: pytest.FixtureRequest, data_directory: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Return the root path that the application is told of."""
    monkeypatch.setenv("EIGENLABEL_ROOT_PATH", request.param)
    get_settings.cache_clear()
    return str(request.param)


@pytest.fixture
def built(root: str, tmp_path: Path) -> TestClient:
    """Return a client of an application whose frontend is a page, a script and a hashed asset."""
    directory = tmp_path / "static"
    (directory / "_app" / "immutable").mkdir(parents=True)
    (directory / "index.html").write_text(page(spa.ROOT_PATH))
    (directory / "theme.js").write_text("1")
    (directory / "_app" / "immutable" / "start.abc.js").write_text("2")
    (tmp_path / "secret.txt").write_text("secret")
    (directory / "link.txt").symlink_to(tmp_path / "secret.txt")
    application = FastAPI(openapi_url="/api/openapi.json")
    error_handlers.install(application)
    spa.install(application, directory)
    web.install(application)
    application.include_router(health.router)
    return TestClient(application, base_url="http://localhost")


@pytest.mark.parametrize("path", ["/", "/projects/123", "/sign-in/link_abc", "/a/b/c?next=//evil.example"])
@pytest.mark.parametrize("stripped", [True, False])
def test_every_deep_link_opens_the_application(
    built: TestClient, root: str, path: str, stripped: bool
) -> None:
    answer = built.get(path if stripped else root + path, headers=BROWSER, follow_redirects=False)
    assert (answer.status_code, answer.text) == (200, page(root))
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert built.head(root + path, headers=BROWSER).headers["content-length"] == str(len(page(root)))


def test_the_root_path_itself_opens_the_application(built: TestClient, root: str) -> None:
    assert built.get(root, headers=BROWSER, follow_redirects=False).text == page(root)


def test_the_policy_allows_the_pages_own_script_and_no_other(built: TestClient, root: str) -> None:
    policy = dict(
        part.split(" ", 1)
        for part in built.get("/", headers=BROWSER).headers["content-security-policy"].split("; ")
    )
    digest = base64.b64encode(hashlib.sha256(boot(root).encode()).digest()).decode()
    assert policy["script-src"] == f"'self' 'sha256-{digest}'"
    assert policy["default-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert policy["object-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert "unsafe" not in str(policy)


def test_no_piece_of_the_built_page_leaves_with_its_placeholder(built: TestClient, root: str) -> None:
    for headers in ({"Range": "bytes=0-90"}, {"If-None-Match": "*"}, {"Accept": "*/*"}):
        assert spa.ROOT_PATH not in built.get("/index.html", headers=BROWSER | headers).text


@pytest.mark.skipif(not spa.STATIC.joinpath("index.html").is_file(), reason="the pages are not built")
def test_the_real_build_names_the_root_path_in_its_page_alone(root: str) -> None:
    real = spa.Page(spa.STATIC.joinpath("index.html").read_text(), root).content.decode()
    for address in re.findall(r"""(?:href|src|import\()=?\(?["'](/[^"']*)""", real):
        assert spa.STATIC.joinpath(address.removeprefix(root).lstrip("/")).is_file(), address
    assert f'base: "{root}"' in real
    for sheet in spa.STATIC.glob("_app/immutable/assets/*.css"):
        assert "url(/" not in sheet.read_text()


def test_a_page_that_is_still_fresh_keeps_its_policy(built: TestClient) -> None:
    first = built.get("/projects/1", headers=BROWSER)
    again = built.get("/projects/1", headers=BROWSER | {"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["content-security-policy"] == first.headers["content-security-policy"]


def test_hashed_files_are_kept_for_good_and_others_checked(built: TestClient, root: str) -> None:
    hashed, named = built.get(f"{root}/_app/immutable/start.abc.js"), built.get(f"{root}/theme.js")
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


def test_says_so_when_it_is_not_built(root: str, tmp_path: Path) -> None:
    application = FastAPI()
    spa.install(application, tmp_path)
    answer = TestClient(application).get("/")
    assert answer.status_code == 200
    assert "make setup" in answer.text
    assert f'href="{root}/api/openapi.json"' in answer.text
