"""How many gestures and seconds lie between signing in and a collection of which every image has its label.

    python -m benchmarks.finished_collection ../shared/data/trashnet/trashnet.zip::train --labels 34

Photos are dropped on the page (`benchmarks/gestures.py`), `--labels` of them are labelled one by one, the
rest in a review: what is called otherwise than the file's name says is painted, every page is confirmed. The
answers come without the pauses of a person. Prints what was done, how long each gesture took to be seen (the
page's own `performance` measures), how much the page moved, and how many exported labels are as the files are
named. Starts a service of its own.
"""

import argparse
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from playwright.sync_api import Page, expect

from benchmarks.gestures import Hand, newcomer, walk
from tests.e2e.browser import IMAGE, Visit
from tests.e2e.photos import kind_of
from tests.e2e.test_review import SHIFTS, TILES

PAINTS = "() => performance.getEntriesByName('eigenlabel.gesture-to-paint').map(({ duration }) => duration)"
PATIENCE = 120_000


@dataclass
class Reviewing:
    """What was done on the pages of a review since it `began`, in milliseconds on the page's clock.

    `keys` are the categories in the order of their keys.
    """

    hand: Hand
    truth: dict[str, str]
    keys: list[str]
    began: float = 0.0
    pages: int = 0
    corrections: int = 0
    gestures: int = 0

    @property
    def page(self) -> Page:
        return self.hand.page

    def shown(self) -> list[str]:
        """Return the ids of the images on the page."""
        sources = self.page.locator(f"{TILES} img").evaluate_all("found => found.map(({ src }) => src)")
        return [source.split("/")[-2] for source in sources]

    def page_done(self) -> None:
        """Paint what does not belong, category by category, and confirm the page."""
        said = self.page.get_by_test_id("page-words").locator("span").first.inner_text()
        images = self.shown()
        wrong = [place for place, image in enumerate(images) if self.truth[image] != said]
        for name in sorted({self.truth[images[place]] for place in wrong}):
            chosen = [place for place in wrong if self.truth[images[place]] == name]
            for place in chosen:
                self.page.locator(f"[data-index='{place}']").click()
            self.page.keyboard.press(str(self.keys.index(name) + 1))
            self.gestures += len(chosen) + 1
        self.page.keyboard.press("Enter")
        self.pages, self.gestures, self.corrections = (
            self.pages + 1,
            self.gestures + 1,
            self.corrections + len(wrong),
        )
        expect(self.page.locator(f"{TILES} img[src*='{images[0]}']")).to_have_count(0)

    def to_the_end(self) -> None:
        """Go through the pages until every image is seen."""
        end, tiles = (
            self.page.get_by_role("heading", name="Every image is seen"),
            self.page.locator(TILES).first,
        )
        while True:
            expect(tiles.or_(end)).to_be_visible(timeout=PATIENCE)
            if not self.shown():
                return
            self.page_done()


def label(visit: Visit, hand: Hand, count: int) -> None:
    """Label images one by one until `count` have a label, by typing the name of what each shows."""
    page = visit.page
    for _ in range(1, count):
        expect(page.locator(IMAGE)).to_be_visible(timeout=PATIENCE)
        visit.wait_until_answers_count()
        image = visit.shown_image()
        page.keyboard.type(kind_of(hand.get(f"/images/{image}")["filename"]))
        page.keyboard.press("Enter")
        hand.did("a label")
        expect(page.locator(f"{IMAGE}[src*='{image}']")).to_have_count(0, timeout=PATIENCE)


def items(hand: Hand, path: str) -> list[dict[str, Any]]:
    """Return all items of a list, page by page."""
    found, cursor = [], ""
    while cursor is not None:
        answer = hand.get(f"{path}{cursor and f'&cursor={cursor}'}")
        found, cursor = [*found, *answer["items"]], answer["next_cursor"]
    return found


def review(visit: Visit, hand: Hand, project: str) -> Reviewing:
    """Finish the round and look through all other images."""
    page = visit.page
    visit.goto(f"/projects/{project}")
    page.get_by_role("button", name="Finish", exact=True).click()
    page.get_by_role("dialog").get_by_role("button").last.click()
    page.get_by_role("button", name="Review the rest").click(timeout=PATIENCE)
    expect(page.locator(TILES).first).to_be_visible(timeout=PATIENCE)
    hand.done += ["Finish", "yes", "Review the rest"]
    images = items(hand, f"/projects/{project}/images?split=pool&limit=200")
    categories = hand.get(f"/projects/{project}")["categories"]
    truth = {each["id"]: kind_of(each["filename"]) for each in images}
    reviewing = Reviewing(hand, truth, [c["name"] for c in categories], page.evaluate("performance.now()"))
    reviewing.to_the_end()
    return reviewing


def report(hand: Hand, reviewing: Reviewing, project: str, paints: list[float]) -> None:
    """Print what it took, and whether what leaves is what the files are named."""
    exported = hand.get(f"/projects/{project}/export?format=json")
    labelled = [image for image in exported["images"] if image["labels"]]
    right = sum(image["labels"][0]["category"] == kind_of(image["filename"]) for image in labelled)
    total = len(hand.done) + reviewing.gestures
    print(f"{total} gestures for {len(exported['images'])} images: {len(hand.done)} before the review, then")
    print(f"{reviewing.gestures} on {reviewing.pages} pages with {reviewing.corrections} corrections")
    for what, seconds in hand.seen.items():
        print(f"{seconds:6.1f} s  {what}")
    print(f"{right} of {len(exported['images'])} exported labels are as the files are named")
    middle, most = np.quantile(paints, [0.5, 0.95])
    print(f"gesture to paint, {len(paints)} gestures: p50 {middle:.0f} ms, p95 {most:.0f} ms")
    shift = sum(reviewing.page.evaluate(SHIFTS, reviewing.began))
    print(f"layout shift on the pages of the review: {shift:.4f}")


def main() -> None:
    """Walk the whole errand, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pool", help="class folders in a zip, ZIP::PREFIX")
    parser.add_argument("--photos", type=int, default=500, help="how many")
    parser.add_argument("--labels", type=int, default=34, help="how many are labelled one by one")
    asked = parser.parse_args()
    with newcomer(asked.pool, asked.photos) as (visit, photos):
        hand = walk(visit, photos, asked.photos)
        round_id = visit.page.url.split("/rounds/")[1].split("/")[0]
        project = hand.get(f"/rounds/{round_id}")["project_id"]
        hand.began = time.monotonic()
        label(visit, hand, asked.labels)
        hand.see(f"{asked.labels} labels, since the first")
        hand.began = time.monotonic()
        reviewing = review(visit, hand, project)
        hand.see("every image seen, since the last label")
        report(hand, reviewing, project, visit.page.evaluate(PAINTS))
        print("complaints of the browser:", visit.complaints)


if __name__ == "__main__":
    main()
