"""A browser for every test, on the service that `eigenlabel serve` starts; any complaint fails the test."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.e2e.browser import PASSWORD, SCREEN, Visit, launch, new_visit
from tests.service.conftest import administrator, digits, make_service, oracle, service
from tests.service.oracle import Oracle
from tests.service.service import Service

__all__ = ["administrator", "digits", "make_service", "oracle", "service"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Return the browser that the tests of a module share.

    Playwright's event loop runs in this thread as long as the browser does, and other tests start their own.
    """
    expect.set_options(timeout=20_000)
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: Browser, service: Service) -> Iterator[Visit]:
    """Return a page of a context of its own; the test fails on any error, warning or policy message."""
    context = browser.new_context(viewport=SCREEN, reduced_motion="reduce")
    visited = new_visit(context, service.url)
    yield visited
    context.close()
    assert not visited.complaints


@pytest.fixture(scope="session")
def administrators_name(service: Service) -> str:
    """Return the name of the administrator, who has chosen the password of the tests by a link.

    Choosing it again would end the tokens that other tests go by: a test of links may have come first.
    """
    token = service.run("sign-in-link", "admin").rpartition("/")[2]
    path = f"{service.url}/api/v1/sign-in-links/{token}"
    if httpx.get(path, timeout=60).raise_for_status().json()["needs_password"]:
        httpx.post(path, json={"password": PASSWORD}, timeout=60).raise_for_status()
    return "admin"


@pytest.fixture
def signed_in(visit: Visit, administrators_name: str) -> Visit:
    """Return a page on which the administrator is signed in."""
    visit.sign_in(administrators_name)
    return visit


@pytest.fixture
def started(oracle: Oracle) -> tuple[Oracle, str]:
    """Return an oracle whose project has a round of two steps, proposed and waiting, and the round's id."""
    encoder = oracle.bundled_encoder()
    oracle.give_indicators()
    made = oracle.start_round(encoder, [1, 1])
    oracle.done(made["job_id"], 200)
    return oracle, str(made["id"])
