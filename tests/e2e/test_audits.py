"""From "Certify" on the project's page to the certificate, and its end, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import IMAGE, Visit
from tests.e2e.test_labelling import digit_shown
from tests.e2e.test_pages import barriers
from tests.service.oracle import Oracle
from tests.service.service import wait_until

pytestmark = pytest.mark.e2e

PHONE, SCREEN = {"width": 360, "height": 740}, {"width": 1366, "height": 768}


def shown_in_both_themes(visit: Visit, name: str) -> None:
    """Keep a picture of the page in each theme, on a screen and on a phone; nothing keeps people out."""
    for theme in ("light", "dark"):
        visit.page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
        for size in (SCREEN, PHONE):
            visit.page.set_viewport_size(size)
            wide = visit.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= size["width"], (name, wide)
            visit.screenshot(f"{name}-{theme}-{size['width']}")
        assert barriers(visit.page) == [], (name, theme)
    visit.page.set_viewport_size(SCREEN)


def press_right_key(visit: Visit, page: Page, oracle: Oracle) -> None:
    """Answer the image by its truth and wait until it is gone."""
    visit.wait_until_answers_count()
    image_id = visit.shown_image()
    page.keyboard.press(digit_shown(visit, oracle))
    expect(page.locator(f"{IMAGE}[src*='{image_id}']")).to_have_count(0)


def test_labels_are_certified_and_the_certificate_ends_with_a_change(
    signed_in: Visit, started: tuple[Oracle, str]
) -> None:
    visit, page = signed_in, signed_in.page
    oracle, round_id = started
    oracle.play(round_id)
    project = f"/projects/{oracle.project}"
    visit.goto(project)
    panel = page.locator(
        "section", has=page.get_by_role("heading", name="How many labels are wrong at most?")
    )
    panel.get_by_label("At most % wrong").fill("45")
    expect(panel.get_by_text("if none is wrong")).to_be_visible()
    expect(panel.get_by_text("as the model expects of itself")).to_be_visible()
    shown_in_both_themes(visit, "certify")

    panel.get_by_role("button", name="Certify").click()
    page.wait_for_url("**/audits/*")
    visit.wait_until_answers_count()
    assert "%" not in page.get_by_role("list", name="Categories").inner_text()
    shown_in_both_themes(visit, "audit")

    first = visit.shown_image()
    press_right_key(visit, page, oracle)
    expect(page.locator(f"{IMAGE}[src*='{first}']")).to_have_count(0)
    visit.wait_until_answers_count()
    page.keyboard.press("z")
    expect(page.locator(f"{IMAGE}[src*='{first}']")).to_be_visible()
    expect(page.get_by_text("before", exact=True)).to_be_visible()
    visit.wait_until_answers_count()
    page.keyboard.press("Space")
    expect(page.locator(f"{IMAGE}[src*='{first}']")).to_have_count(0)

    # What is answered without a connection is sent by whatever page opens next, and counts.
    def answered() -> int:
        return int(oracle.items(f"{project}/audits")[0]["progress"]["answered"])

    address = page.url
    with visit.left_without_a_connection():
        for _ in range(3):
            press_right_key(visit, page, oracle)
        expect(page.get_by_text("3 answers not saved yet")).to_be_visible()
    assert answered() == 1
    page.goto(visit.url)
    wait_until(lambda: answered() == 4, 20)
    page.goto(address)

    # Undo reaches back before the reload.
    visit.wait_until_answers_count()
    page.keyboard.press("z")
    expect(page.get_by_text("before", exact=True)).to_be_visible()
    wait_until(lambda: answered() == 3, 20)

    ended = page.get_by_role("heading", name="The audit has passed")
    for _ in range(200):
        expect(page.locator("#answer[aria-busy='false']").or_(ended)).to_be_visible()
        if ended.is_visible():
            break
        count = answered()
        press_right_key(visit, page, oracle)
        wait_until(lambda count=count: answered() > count, 20)  # none is given after the one that passes
    expect(ended).to_be_visible()
    current = oracle.call("GET", f"{project}/certificates")["current"]
    expect(page.get_by_test_id("certificate")).to_have_text(current["said"])
    assert current["statement"]["skipped"] == 1
    shown_in_both_themes(visit, "certified")

    page.get_by_role("link", name="Back to the project").click()
    expect(page.get_by_test_id("certificate")).to_have_text(current["said"])
    oracle.call("POST", f"{project}/categories", json={"name": "another"})
    page.reload()
    expect(page.get_by_test_id("certificate")).to_contain_text("The categories are others now.")
    expect(panel.get_by_role("button", name="Audit again")).to_be_visible()
    void = oracle.call("GET", f"{project}/certificates")["current"]
    expect(page.get_by_test_id("certificate")).to_have_text(void["said"])
    page.get_by_role("link", name="Eigenlabel", exact=True).click()
    row = page.get_by_role("row").filter(has=page.locator(f"a[href$='{project}']"))
    expect(row.get_by_role("cell", name="void")).to_be_visible()
    expect(row.get_by_role("cell", name="± ")).to_be_visible()
    accuracy = row.get_by_role("cell", name="± ").inner_text()
    shown_in_both_themes(visit, "projects-certified")

    page.set_viewport_size(PHONE)
    counts = oracle.call("GET", project)["counts"]
    line = f"{counts['labelled']} of {counts['pool']} labelled · {accuracy} right · void"
    expect(row.get_by_text(line)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    assert row.evaluate("row => row.closest('div').scrollWidth - row.closest('div').clientWidth") == 0
    visit.screenshot("projects-phone")
