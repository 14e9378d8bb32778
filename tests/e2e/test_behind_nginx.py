"""A browser on a service that a real nginx serves below /labels/, beside others."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.browser import IMAGE, SCREEN, new_visit
from tests.e2e.test_newcomer import upload
from tests.servers.web_proxy import WebProxy
from tests.service.oracle import DIGITS, Oracle
from tests.service.service import Service

pytestmark = pytest.mark.e2e


def test_a_person_signs_in_uploads_and_labels_below_a_sub_path(
    browser: Browser, digits: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("nginx")
    settings = {"EIGENLABEL_ROOT_PATH": "/labels", "EIGENLABEL_TRUSTED_PROXIES": "127.0.0.1"}
    service = Service(folder / "data", digits, settings=settings)
    service.start()
    context = browser.new_context(viewport=SCREEN, reduced_motion="reduce")
    try:
        with WebProxy("nginx").running(service.port, folder) as port:
            visit = new_visit(context, f"http://127.0.0.1:{port}/labels")
            page = visit.page
            visit.sign_in_by_link(service.run("sign-in-link", "admin"))
            page.get_by_role("button", name="New project").click()
            page.get_by_label("Name").fill("Post codes")
            page.get_by_label("Categories").fill("\n".join(DIGITS))
            page.get_by_role("button", name="Create project").click()
            expect(page.get_by_role("heading", name="Post codes")).to_be_visible()
            oracle = Oracle(service.client_of(f"http://127.0.0.1:{port}/labels"), page.url.rsplit("/", 1)[-1])
            unusable = folder / "notes.png"
            unusable.write_text("This is no image.")
            upload(page, digits / "pool", unusable)
            encoder = oracle.bundled_encoder()
            oracle.give_indicators()
            made = oracle.start_round(encoder, [1])
            oracle.done(made["job_id"], 200)
            page.get_by_role("link", name="Overview").click()
            page.get_by_role("link", name="Label", exact=True).first.click()
            for _ in range(2):
                visit.wait_until_answers_count()
                shown = visit.shown_image()
                page.keyboard.press("3")
                visit.wait_for_other_image(shown)
            page.reload()
            expect(page.locator(IMAGE)).to_be_visible()
            expect(page.get_by_role("button", name="undo")).to_be_enabled()  # both answers have arrived
            labelled = oracle.items(f"/rounds/{made['id']}/my-annotations")
            assert len(labelled) == 2
            page.goto(f"{visit.url}/projects/{oracle.project}/settings")
            expect(page.get_by_label("Name", exact=True)).to_have_value("Post codes")
            page.context.clear_cookies()
            page.goto(f"{visit.url}/account")
            expect(page).to_have_url(f"{visit.url}/sign-in?next=%2Flabels%2Faccount")
            refused = [each for each in visit.complaints if "401" not in each]
            assert refused == []
    finally:
        context.close()
        service.stop()
