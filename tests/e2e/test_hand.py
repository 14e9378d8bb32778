"""The hand on the annotate page: doubled input, other keyboards, long lists and a phone's screen."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import IMAGE, Visit, new_visit
from tests.e2e.test_labelling import live_labels, progress
from tests.service.oracle import Oracle
from tests.service.service import Service

pytestmark = pytest.mark.e2e
PHONE = {"width": 360, "height": 640}
PETS = ["Abyssinian", "american_pit_bull_terrier", "Bengal", "boxer", "Crème_brûlée", "great_pyrenees"]
PETS += ["keeshond", "Persian", "pomeranian", "pug", "Ragdoll", "Siamese"]


def press_at(page: Page, key: str, code: str) -> None:
    """Press what another keyboard layout writes as `key` at the place `code`."""
    session = page.context.new_cdp_session(page)
    for kind in ("rawKeyDown", "keyUp"):
        session.send("Input.dispatchKeyEvent", {"type": kind, "key": key, "code": code})
    session.detach()


# The second gesture comes in the frame after the next image is shown, however slow the machine is.
TWICE = """
    async ({ key, index }) => {
        const shown = () => document.querySelector("img[alt='Image to label']")?.src;
        const act = () => key === undefined
            ? document.querySelectorAll("[aria-label='Categories'] button")[index].click()
            : document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
        const before = shown();
        act();
        while (!shown() || shown() === before) await new Promise(requestAnimationFrame);
        act();
    }
"""


def to_annotate(visit: Visit, round_id: str) -> None:
    """Open the annotate page and wait until an answer counts."""
    visit.goto(f"/rounds/{round_id}/annotate")
    expect(visit.page.locator(IMAGE)).to_be_visible()
    visit.wait_until_answers_count()


def button(page: Page, index: int) -> Any:
    """Return the button of the category at a place of the list."""
    return page.get_by_role("list", name="Categories").get_by_role("button").nth(index)


def test_doubled_input_labels_one_image(signed_in: Visit, started: tuple[Oracle, str]) -> None:
    visit, page, (oracle, round_id) = signed_in, signed_in.page, started
    to_annotate(visit, round_id)

    first = visit.shown_image()
    page.evaluate(TWICE, {"key": "3"})
    expect(page.get_by_text("had only just appeared")).to_be_visible()
    visit.wait_for_other_image(first)
    progress(page, 1)

    second = visit.shown_image()
    button(page, 5).dblclick(delay=20)
    visit.wait_for_other_image(second)
    progress(page, 2)

    third = visit.shown_image()
    page.keyboard.down("7")
    for _ in range(8):
        page.keyboard.down("7")  # as a key repeats that is let go of late, before the cluster is asked for
    page.keyboard.up("7")
    visit.wait_for_other_image(third)
    progress(page, 3)

    page.evaluate(TWICE, {"key": "z"})
    expect(page.locator(f"{IMAGE}[src*='{third}']")).to_be_visible()
    visit.wait_until_answers_count()
    progress(page, 2)
    assert live_labels(oracle, round_id) == [(second, "5"), (first, "3")]
    page.keyboard.press("7")
    visit.wait_for_other_image(third)
    progress(page, 3)


def test_keyboards_of_other_countries_label(signed_in: Visit, started: tuple[Oracle, str]) -> None:
    visit, page, (oracle, round_id) = signed_in, signed_in.page, started
    to_annotate(visit, round_id)
    presses = [("é", "Digit2"), ("à", "Digit0"), ("۵", "Digit5"), ("７", "Digit7"), ("End", "Numpad1")]
    for key, code in [*presses, ("Process", "Digit4")]:
        image_id = visit.shown_image()
        press_at(page, key, code)
        visit.wait_for_other_image(image_id)
    progress(page, 6)
    press_at(page, "я", "KeyZ")
    progress(page, 5)
    visit.wait_until_answers_count()
    assert [name for _, name in live_labels(oracle, round_id)] == ["1", "7", "5", "0", "2"]


@pytest.fixture
def many(administrator: Oracle, digits: Path) -> tuple[Oracle, str]:
    """Return an oracle with a round over twelve categories, and the round's id."""
    oracle = Oracle(administrator.api)
    oracle.project = oracle.call("POST", "/projects", json={"name": "Pets", "categories": PETS})["id"]
    oracle.import_folder(digits / "pool" / "0", "pool")
    made = oracle.start_round(oracle.bundled_encoder(), [1])
    oracle.done(made["job_id"], 200)
    return oracle, str(made["id"])


def test_letters_search_a_long_list_and_digits_are_ranks(signed_in: Visit, many: tuple[Oracle, str]) -> None:
    visit, page, (oracle, round_id) = signed_in, signed_in.page, many
    to_annotate(visit, round_id)
    first = visit.shown_image()
    page.keyboard.type("pug", delay=30)
    expect(page.get_by_role("list", name="Categories").get_by_role("button")).to_have_count(1)
    assert visit.shown_image() == first
    page.keyboard.press("Enter")
    visit.wait_for_other_image(first)
    for keys in (["a", "p", "b", "t", "1"], ["c", "r", "e", "m", "e", "Enter"], ["4"]):
        image_id = visit.shown_image()
        for key in keys:
            page.keyboard.press(key)
        visit.wait_for_other_image(image_id)
    page.keyboard.type("zz")
    expect(page.get_by_text("No category is called that")).to_be_visible()
    page.keyboard.press("Escape")
    progress(page, 4, 12)
    given = [name for _, name in live_labels(oracle, round_id)]
    assert given == ["boxer", "Crème_brûlée", "american_pit_bull_terrier", "pug"]
    page.keyboard.press("Control+z")
    progress(page, 3, 12)


def test_a_phone_shows_the_image_above_buttons_for_the_thumb(
    browser: Browser,
    service: Service,
    administrators_name: str,
    started: tuple[Oracle, str],
    many: tuple[Oracle, str],
) -> None:
    oracle, round_id = started
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    visit = new_visit(context, service.url)
    page = visit.page
    visit.sign_in(administrators_name)
    to_annotate(visit, round_id)
    image = page.locator(IMAGE).bounding_box()
    assert image is not None
    boxes = [button(page, index).bounding_box() for index in range(10)]
    for box in boxes:
        assert box is not None
        assert box["height"] >= 48 - 0.5
        assert image["y"] + image["height"] <= box["y"]
        assert 0 <= box["x"] < box["x"] + box["width"] <= 360
        assert box["y"] + box["height"] <= 640
    assert len({box["x"] for box in boxes if box}) == 2

    shown = visit.shown_image()
    button(page, 3).tap()
    visit.wait_for_other_image(shown)
    visit.wait_until_answers_count()
    page.get_by_role("button", name="undo").tap()
    progress(page, 0)
    visit.wait_until_answers_count()
    page.evaluate(TWICE, {"index": 3})
    visit.wait_for_other_image(shown)
    progress(page, 1)
    visit.screenshot("phone")
    assert live_labels(oracle, round_id) == [(shown, "3")]
    page.get_by_role("button", name="undo").tap()
    progress(page, 0)
    to_annotate(visit, many[1])
    expect(button(page, 0)).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    visit.screenshot("phone-long-list")
    context.close()
    assert visit.complaints == []
