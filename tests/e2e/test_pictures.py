"""Looking closely: the rendition to label by, the original on zoom, and how little a page sends."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Request, expect

from tests.e2e.browser import IMAGE, Visit
from tests.service.oracle import Oracle

pytestmark = pytest.mark.e2e
SENT = """() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .filter((entry) => entry.entryType === 'navigation' || /\\.(js|css)|\\/api\\/v1\\//.test(entry.name))
  .filter((entry) => !/\\/images\\/[^/]+\\//.test(entry.name))
  .reduce((sum, entry) => sum + entry.encodedBodySize, 0)"""
ANNOTATE_BYTES = 115_000
"""The page, scripts, styles and JSON of the annotate route."""


def zoom_of(page: Page) -> float:
    return float(page.locator("[data-zoom]").first.get_attribute("data-zoom") or 0)


def touch(page: Page, *moves: list[tuple[float, float]]) -> None:
    """Put fingers on the page, move them from place to place and lift them, as a touch screen does."""
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})
    for kind, points in zip(["touchStart", *["touchMove"] * (len(moves) - 1)], moves, strict=True):
        fingers = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def photo() -> bytes:
    """Return a photo that is worth a rendition: 2400 x 1800 pixels, a megabyte or more."""
    values = np.random.default_rng(0).integers(0, 256, (450, 600, 3)).astype("u1")
    buffer = io.BytesIO()
    Image.fromarray(values).resize((2400, 1800)).save(buffer, "JPEG", quality=92)
    return buffer.getvalue()


def test_a_picture_is_enlarged_by_wheel_keys_and_double_click_without_touching_the_labels(
    signed_in: Visit, started: tuple[Oracle, str]
) -> None:
    visit, page = signed_in, signed_in.page
    oracle, round_id = started
    visit.goto(f"/rounds/{round_id}/annotate")
    expect(page.locator(IMAGE)).to_be_visible()
    sent = page.evaluate(SENT)
    assert 10_000 < sent < ANNOTATE_BYTES
    first = visit.shown_image()
    page.keyboard.press("+")
    expect(page.locator("[data-zoom='1.50']")).to_be_visible()
    page.keyboard.press("-")
    expect(page.locator("[data-zoom='1.00']")).to_be_visible()
    page.locator(IMAGE).dblclick()
    expect(page.locator("[data-zoom='3.00']")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("[data-zoom='1.00']")).to_be_visible()
    box = page.locator(IMAGE).bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch(page, *([(x - apart, y), (x + apart, y)] for apart in (20, 40, 60, 80)))
    page.wait_for_function("() => Number(document.querySelector('[data-zoom]').dataset.zoom) > 1.5")
    pinched = page.locator("[data-zoom] > div").get_attribute("style")
    touch(page, *([(x + by, y + by)] for by in (0, 20, 40, 60)))
    assert page.locator("[data-zoom] > div").get_attribute("style") != pinched, "one finger moves it"
    page.keyboard.press("Escape")
    expect(page.locator("[data-zoom='1.00']")).to_be_visible()
    assert visit.shown_image() == first, "nothing of this labels"
    page.locator(IMAGE).hover()
    page.mouse.wheel(0, -400)
    page.wait_for_function("() => Number(document.querySelector('[data-zoom]').dataset.zoom) > 1.5")
    page.keyboard.press("0")  # a digit's key: it labels, and the next image is whole
    visit.wait_for_other_image(first)
    assert zoom_of(page) == 1

    asked: list[str] = []

    def note(request: Request) -> None:
        if "/images/" in request.url:
            asked.append(request.url.rsplit("/", 1)[1].partition("?")[0])

    page.on("request", note)
    oracle.new_project()
    sent_photo = oracle.api.post(
        f"/projects/{oracle.project}/images", files={"files": ("large.jpg", photo())}
    )
    assert sent_photo.json()["created"] == 1
    visit.goto(f"/projects/{oracle.project}/images")
    page.get_by_role("button", name="large.jpg").click()
    shown = page.get_by_role("dialog").get_by_role("img", name="large.jpg")
    expect(shown).to_be_visible()
    page.wait_for_function("() => document.querySelector('dialog img').naturalWidth === 1600")
    assert "content" not in asked
    shown.hover()
    page.mouse.wheel(0, -800)
    page.wait_for_function(
        "() => [...document.querySelectorAll('dialog img')].some((image) => image.naturalWidth === 2400)"
    )
    before = page.locator("dialog [data-zoom] > div").get_attribute("style")
    page.mouse.down()
    page.mouse.move(400, 300, steps=4)
    page.mouse.up()
    assert page.locator("dialog [data-zoom] > div").get_attribute("style") != before
    page.get_by_role("button", name="Whole image").click()
    assert zoom_of(page) == 1
