"""An open page outlives the api process that it listens to."""

import os
import signal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browser import SCREEN, new_visit
from tests.service.oracle import Oracle
from tests.service.service import Service, wait_until

pytestmark = pytest.mark.e2e


def test_a_page_goes_on_after_a_restart_of_the_api_without_a_reload(
    browser: Browser, service: Service, digits: Path, administrators_name: str
) -> None:
    oracle = Oracle(service.client())
    oracle.new_project()
    context = browser.new_context(viewport=SCREEN)
    visit = new_visit(context, service.url)  # this page complains of the lost connection, as it should
    visit.sign_in(administrators_name)
    visit.goto(f"/projects/{oracle.project}")
    page = visit.page
    expect(page.get_by_text("0 images ·")).to_be_visible()
    page.evaluate("window.loadedOnce = true")
    (api,) = service.pids("worker.service.launch", "api")
    os.kill(api, signal.SIGKILL)
    wait_until(service.is_ready, 60, service.log)
    oracle.import_folder(digits / "test", "pool")
    expect(page.get_by_text("50 images ·")).to_be_visible()
    assert page.evaluate("window.loadedOnce"), "the page was loaded again"
    context.close()
