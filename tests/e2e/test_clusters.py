"""Labelling whole clusters in a real browser, with the real worker: by keys, by mouse and by touch."""

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import IMAGE, Visit, new_visit
from tests.e2e.test_hand import PHONE, button, to_annotate
from tests.e2e.test_labelling import digit_shown, progress
from tests.e2e.test_pages import barriers
from tests.service.oracle import Oracle, digit_of
from tests.service.service import Service, wait_until

pytestmark = pytest.mark.e2e
# Two taps in one place within this time are a double click, which counts once.
DOUBLE = 700
HELD = 1800


def grid(page: Page) -> Any:
    """Return the images of the cluster that is open, once they are there."""
    images = page.get_by_role("list", name="Images of the cluster").get_by_role("button")
    expect(images.first).to_be_visible()
    return images


def weak(oracle: Oracle) -> dict[str, str]:
    """Return the digit of the weak label of every image that has one."""
    names = {category: name for name, category in oracle.categories().items()}
    found = oracle.items(f"/projects/{oracle.project}/images", state="weak")
    return {each["id"]: names[each["category_id"]] for each in found}


def settled(page: Page, answers: int, images: int) -> None:
    words = (
        f"{answers} answer{'' if answers == 1 else 's'} settled {images} image{'' if images == 1 else 's'}"
    )
    expect(page.get_by_test_id("settled")).to_have_text(words)


def open_by_shift(visit: Visit, oracle: Oracle) -> str:
    """Open the cluster of the image before the person for what it shows; returns its digit."""
    digit = digit_shown(visit, oracle)
    visit.wait_until_answers_count()
    visit.page.keyboard.press(f"Shift+Digit{digit}")
    return digit


def hold(page: Page, digit: str) -> None:
    """Hold the key of a digit until the cluster has been looked at, and let go."""
    page.keyboard.down(digit)
    grid(page)
    page.keyboard.press("End")
    page.wait_for_timeout(HELD)
    page.keyboard.up(digit)


def test_a_cluster_is_labelled_by_keys_and_mouse(signed_in: Visit, started: tuple[Oracle, str]) -> None:
    visit, page, (oracle, round_id) = signed_in, signed_in.page, started
    to_annotate(visit, round_id)
    first = visit.shown_image()
    digit = open_by_shift(visit, oracle)
    images = grid(page)
    expect(page.get_by_role("heading", name=f"{digit}, these too?")).to_be_visible()
    page.keyboard.press("End")
    expect(page.get_by_test_id("cluster-purity")).to_contain_text("of them are")
    total = images.count()
    expect(page.get_by_role("slider", name="Cut")).to_have_value(str(total))
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    images.nth(1).click()
    expect(images.nth(1)).to_have_attribute("aria-pressed", "false")
    for theme in ("light", "dark"):
        page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
        visit.screenshot(f"cluster-{theme}")
        assert barriers(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    progress(page, 0)

    digit = open_by_shift(visit, oracle)
    images = grid(page)
    page.keyboard.press("Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    images.nth(1).click()
    page.keyboard.press("Enter")
    visit.wait_for_other_image(first)
    progress(page, 1)
    settled(page, 1, 3)
    assert list(weak(oracle).values()) == [digit, digit]

    page.keyboard.press("z")
    expect(page.locator(f"{IMAGE}[src*='{first}']")).to_be_visible()
    progress(page, 0)
    wait_until(lambda: weak(oracle) == {}, 20)

    visit.wait_until_answers_count()
    digit = digit_shown(visit, oracle)
    hold(page, digit)
    expect(page.get_by_role("dialog")).to_have_count(0)
    progress(page, 1)
    wait_until(lambda: set(weak(oracle).values()) <= {digit} and len(weak(oracle)) > 0, 20)
    visit.wait_until_answers_count()
    page.keyboard.press("z")
    wait_until(lambda: weak(oracle) == {}, 20)
    progress(page, 0)

    visit.wait_until_answers_count()
    page.context.route("**/cluster", lambda route: route.abort())
    page.get_by_role("button", name="label the cluster").click()
    button(page, int(digit)).click()
    expect(page.get_by_role("heading", name=f"{digit}, these too?")).to_be_visible()
    expect(page.get_by_test_id("cluster-purity")).to_be_visible()  # not the likeliest category's any more
    images = grid(page)
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.get_by_role("button", name="Label 2").click()
    expect(page.get_by_text("1 answer not saved yet")).to_be_visible()
    page.context.unroute("**/cluster")
    page.reload()
    settled(page, 1, 2)  # first: while nobody waits for the page, it gets no word of a route that is gone
    assert len(weak(oracle)) == 1
    visit.complaints[:] = [text for text in visit.complaints if "ERR_FAILED" not in text]

    kept = set(weak(oracle))
    oracle.play(round_id)
    assert set(weak(oracle)) == kept
    labelled = oracle.items(f"/projects/{oracle.project}/images", state="labelled")
    assert not kept & {each["id"] for each in labelled}
    assert all(digit_of(each["filename"]) for each in labelled)


def test_a_cluster_is_labelled_by_a_long_touch_on_a_phone(
    browser: Browser, service: Service, administrators_name: str, started: tuple[Oracle, str]
) -> None:
    oracle, round_id = started
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    visit = new_visit(context, service.url)
    page = visit.page
    visit.sign_in(administrators_name)
    to_annotate(visit, round_id)
    digit = digit_shown(visit, oracle)
    visit.wait_until_answers_count()
    box = button(page, int(digit)).bounding_box()
    assert box is not None
    session = context.new_cdp_session(page)
    finger = [{"x": box["x"] + 20, "y": box["y"] + 20}]
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": finger})
    images = grid(page)
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page.get_by_role("heading", name=f"{digit}, these too?")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    total = images.count()
    images.nth(total - 1).tap()
    expect(page.get_by_role("slider", name="Cut")).to_have_value(str(total))
    images.nth(0).tap()
    expect(images.nth(0)).to_have_attribute("aria-pressed", "false")
    visit.screenshot("phone-cluster")
    assert barriers(page) == []
    page.get_by_role("button", name=f"Label {total}").tap()
    expect(page.get_by_role("dialog")).to_have_count(0)
    progress(page, 1)
    wait_until(lambda: len(weak(oracle)) == total - 1, 20)
    visit.wait_until_answers_count()
    page.wait_for_timeout(DOUBLE)
    page.get_by_role("button", name=f"undo: {digit}").tap()
    progress(page, 0)
    wait_until(lambda: weak(oracle) == {}, 20)
    context.close()
    assert visit.complaints == []
