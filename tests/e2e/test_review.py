"""A review in a real browser: by keys, mouse and touch, until every image is seen."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import Visit, new_visit
from tests.e2e.test_pages import barriers
from tests.service.oracle import Oracle, digit_of
from tests.service.service import Service, wait_until

pytestmark = pytest.mark.e2e
TILES = "[role=option]"
PHONE = {"width": 360, "height": 740}
SHIFTS = """(since) => new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(
        list.getEntries()
            .filter(({ hadRecentInput, startTime }) => !hadRecentInput && startTime >= since)
            .map(({ value }) => value)))
        .observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => resolve([]), 500);
})"""
"""How far the page has moved, piece by piece, since a moment on the page's own clock."""


class Reviewer:
    """Looks at the pages of a review and knows the digit of each image."""

    def __init__(self, page: Page, oracle: Oracle) -> None:
        self.page = page
        images = oracle.items(f"/projects/{oracle.project}/images", split="pool")
        self.truth = {image["id"]: digit_of(image["filename"]) for image in images}

    def shown(self) -> list[str]:
        """Return the ids of the images on the page."""
        sources = self.page.locator(f"{TILES} img").evaluate_all("found => found.map(({ src }) => src)")
        return [source.split("/")[-2] for source in sources]

    def called(self) -> str:
        """Return what the page says that they are."""
        return self.page.get_by_test_id("page-words").locator("span").first.inner_text()

    def correct(self, *, tap: bool = False) -> int:
        """Say what does not belong, all images of a category at once; returns how many those were."""
        said, images = self.called(), self.shown()
        wrong = [place for place, image in enumerate(images) if self.truth[image] != said]
        for digit in sorted({self.truth[images[place]] for place in wrong}):
            for place in wrong:
                if self.truth[images[place]] == digit:
                    tile = self.page.locator(f"[data-index='{place}']")
                    tile.tap() if tap else tile.click()
            if tap:
                self.page.get_by_label("Categories").get_by_role("button", name=digit).tap()
            else:
                self.page.keyboard.press(digit)
        return len(wrong)

    def confirm(self, *, tap: bool = False) -> None:
        """Confirm the page and wait for other images, or for the end."""
        before = self.shown()
        if tap:
            self.page.get_by_role("button", name="These are").tap()
        else:
            self.page.keyboard.press("Enter")
        expect(self.page.locator(f"{TILES} img[src*='{before[0]}']")).to_have_count(0)

    def to_the_end(self) -> None:
        """Confirm pages until every image is seen."""
        end = self.page.get_by_role("heading", name="Every image is seen")
        tiles = self.page.locator(TILES).first
        while True:
            expect(tiles.or_(end)).to_be_visible(timeout=120_000)
            if not self.shown():
                return
            self.correct()
            self.confirm()


def labels_of(oracle: Oracle) -> dict[str, str]:
    """Return the label of each image of the pool that has one, as it is exported."""
    exported = oracle.call("GET", f"/projects/{oracle.project}/export", params={"format": "json"})
    pool = [image for image in exported["images"] if image["split"] == "pool" and image["labels"]]
    return {image["id"]: image["labels"][0]["category"] for image in pool}


def look(visit: Visit, name: str) -> None:
    """Keep a picture in each theme; nothing keeps people out."""
    for theme in ("light", "dark"):
        visit.page.evaluate("theme => (document.documentElement.dataset.theme = theme)", theme)
        visit.screenshot(f"{name}-{theme}")
        assert barriers(visit.page) == [], theme


def test_a_review_until_every_image_is_seen(
    signed_in: Visit,
    started: tuple[Oracle, str],
    browser: Browser,
    service: Service,
    administrators_name: str,
) -> None:
    visit, page = signed_in, signed_in.page
    oracle, round_id = started
    oracle.play(round_id)
    visit.goto(f"/projects/{oracle.project}")
    page.get_by_role("button", name="Review the rest").click()
    expect(page.locator(TILES).first).to_be_visible(timeout=120_000)
    reviewer = Reviewer(page, oracle)
    expect(page.get_by_test_id("review-progress")).to_contain_text("110 of 140 left, about")
    first = reviewer.shown()

    # By keys: the first two images, one at the cursor and one with Shift, are painted and let go of again.
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowRight")
    expect(page.locator(f"{TILES}[aria-selected=true]")).to_have_count(min(2, len(first)))
    page.keyboard.press("Escape")
    expect(page.locator(f"{TILES}[aria-selected=true]")).to_have_count(0)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    reviewer.correct()
    look(visit, "review")

    # The page goes and comes back as one, with what was said of it.
    reviewer.confirm()
    page.keyboard.press("z")
    expect(page.locator(f"{TILES} img[src*='{first[0]}']")).to_have_count(1)
    assert reviewer.shown() == first
    reviewer.confirm()

    # What is confirmed without a connection is sent by whatever page opens next.
    address = page.url
    with visit.left_without_a_connection():
        reviewer.correct()
        unsent = reviewer.shown()
        reviewer.confirm()
        expect(page.get_by_text("1 answer not saved yet")).to_be_visible()
    assert not labels_of(oracle).keys() & set(unsent)
    page.goto(service.url)
    said = {image: reviewer.truth[image] for image in unsent}
    wait_until(lambda: labels_of(oracle).items() >= said.items(), 20)
    page.goto(address)
    expect(page.locator(TILES).first).to_be_visible(timeout=120_000)

    # Somebody on a phone never meets the one at the desk.
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, reduced_motion="reduce")
    phone = new_visit(context, service.url)
    phone.sign_in(administrators_name)
    phone.goto(f"/rounds/{page.url.split('/')[-2]}/review")
    expect(phone.page.locator(TILES).first).to_be_visible(timeout=120_000)
    other = Reviewer(phone.page, oracle)
    assert not set(other.shown()) & set(reviewer.shown())
    assert phone.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    other.correct(tap=True)
    look(phone, "review-phone")
    other.confirm(tap=True)
    assert not set(other.shown()) & set(reviewer.shown())
    context.close()
    assert not phone.complaints

    reviewer.to_the_end()
    expect(page.get_by_role("heading", name="Every image is seen")).to_be_visible()
    look(visit, "review-end")
    assert sum(page.evaluate(SHIFTS, 0)) < 0.01
    assert labels_of(oracle) == reviewer.truth
    visit.goto("/")
    named = page.get_by_role("row").filter(has=page.locator(f"a[href$='/projects/{oracle.project}']"))
    named.get_by_role("link", name="Review", exact=True).click()
    expect(page.get_by_role("heading", name="Every image is seen")).to_be_visible()
    visit.goto(page.url.removeprefix(visit.url).replace("/review", "/annotate"))
    expect(page).to_have_url(re.compile("/review$"))
    page.get_by_role("button", name="End the review").click()
    expect(page.get_by_role("heading", name="Every image is seen")).to_be_visible()
    visit.goto(f"/projects/{oracle.project}")
    expect(page.get_by_text("The review is done.")).to_be_visible(timeout=120_000)


def test_labels_that_the_model_doubts_are_one_click_away(
    signed_in: Visit, started: tuple[Oracle, str]
) -> None:
    """Every image is answered otherwise than the model guesses."""
    oracle, round_id = started
    while items := oracle.call("POST", f"/rounds/{round_id}/leases", json={"count": 30})["items"]:
        for item in items:
            body = {"category_id": item["suggestions"][1]["category_id"]}
            oracle.call("PUT", f"/queries/{item['query_id']}/annotation", json=body)
    oracle.call("POST", f"/rounds/{round_id}/finish")
    count = oracle.call("GET", f"/projects/{oracle.project}/disagreement")["doubted"]
    assert count > 0
    page = signed_in.page
    signed_in.goto(f"/projects/{oracle.project}")
    doubted = page.get_by_test_id("doubted")
    expect(doubted).to_contain_text(f"{count} label")
    look_at = doubted.get_by_role("button", name="Look at them: the labels that the model doubts")
    expect(look_at).to_be_visible(timeout=120_000)
    look(signed_in, "doubted")
    look_at.click()
    expect(page).to_have_url(re.compile("/review$"))
    review = oracle.call("GET", f"/reviews/{page.url.split('/')[-2]}")
    assert review["config"]["mode"] == "disagree"
    shown = page.get_by_label("What is shown first")
    expect(shown).to_have_value("disagree")

    # The alarm about one person leads to that person's labels, and the header says so.
    me = oracle.call("GET", "/me")
    body = {"mode": "disagree", "person": me["id"]}
    oracle.call("PATCH", f"/reviews/{review['id']}", json=body)
    page.reload()
    expect(shown.locator("option:checked")).to_have_text(re.compile("Those of (oracle|admin|one person)"))
    shown.select_option("disagree")
    expect(shown).to_have_value("disagree")
    wait_until(lambda: oracle.call("GET", f"/reviews/{review['id']}")["config"]["person"] is None, 20)
