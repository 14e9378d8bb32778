"""How many gestures lie between a fresh sign-in link and the first label on one's own photos.

    python -m benchmarks.gestures shared/data/trashnet/trashnet.zip::train

The photos are class folders in a zip; six categories, sixty photos. A gesture is a click, a key, a text
typed or pasted into a field, or a choice in the system's file dialog. Starts a service of its own.
"""

import argparse
import io
import re
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Locator, expect, sync_playwright

from tests.e2e.browser import IMAGE, PASSWORD, SCREEN, Visit, launch, new_visit
from tests.service.service import Service

EACH = 10


@dataclass
class Hand:
    """What a person does, counted and named."""

    visit: Visit
    done: list[str] = field(default_factory=list)

    def click(self, target: Locator, what: str) -> None:
        target.click(timeout=90_000)
        self.done.append(f"click {what}")

    def press(self, key: str) -> None:
        self.visit.page.keyboard.press(key)
        self.done.append(f"press {key}")

    def fill(self, target: Locator, text: str, what: str) -> None:
        target.fill(text)
        self.done.append(f"type {what}")

    def choose(self, target: Locator, folder: Path) -> None:
        target.set_input_files(folder)
        self.done.append("choose a folder")


def unpack(pool: str, folder: Path) -> list[str]:
    """Write `EACH` photos of every class of `zip::prefix` below `folder`; return the classes."""
    path, _, prefix = pool.partition("::")
    classes: dict[str, int] = {}
    with zipfile.ZipFile(io.BytesIO(Path(path).read_bytes())) as archive:
        for name in archive.namelist():
            parts = name.split("/")
            if not name.startswith(prefix) or name.endswith("/") or len(parts) < 2:
                continue
            count = classes.get(parts[-2], 0)
            if count < EACH:
                classes[parts[-2]] = count + 1
                target = folder / parts[-2] / parts[-1]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))
    return sorted(classes)


def walk(hand: Hand, photos: Path, classes: list[str], link: str) -> None:
    """Go from the link to the first label as a newcomer does."""
    visit, page = hand.visit, hand.visit.page
    visit.goto(link[link.index("/sign-in") :])
    hand.done.append("open the link")
    hand.fill(page.get_by_label("Choose a password"), PASSWORD, "a password")
    hand.click(page.get_by_role("button", name="sign in"), "sign in")
    hand.click(page.get_by_role("button", name="New project"), "New project")
    hand.fill(page.get_by_label("Name"), "Trash", "the name")
    hand.fill(page.get_by_label("Categories"), "\n".join(classes), "the categories")
    hand.click(page.get_by_role("button", name="Create project"), "Create project")
    hand.click(page.get_by_role("link", name="Add images"), "Add images")
    hand.choose(page.get_by_label("A folder of images"), photos)
    hand.click(page.get_by_role("button", name="Nothing, they are only folders"), "only folders")
    expect(page.get_by_text(f"{EACH * len(classes)} new, 0 already here")).to_be_visible(timeout=90_000)
    hand.click(page.get_by_role("link", name="Overview"), "Overview")
    hand.click(page.get_by_role("button", name="Use the bundled encoder"), "Use the bundled encoder")
    hand.click(page.get_by_role("link", name="Give indicators"), "Give indicators")
    give_indicators(hand, classes)
    hand.click(page.get_by_role("link", name="Overview"), "Overview")
    hand.click(page.get_by_role("link", name="Start"), "Start")
    hand.click(page.get_by_role("button", name="Start the round"), "Start the round")
    expect(page.locator(IMAGE)).to_be_visible(timeout=90_000)
    visit.wait_until_answers_count()
    hand.press("1")
    expect(page.get_by_test_id("step-progress")).to_have_text(re.compile(r"^1 of"))


def give_indicators(hand: Hand, classes: list[str]) -> None:
    """Give one image a category; a person sees the category, here the image's path tells it."""
    page = hand.visit.page
    candidates = page.get_by_role("list", name="Candidates").locator("button")
    expect(candidates).to_have_count(3 * len(classes), timeout=90_000)
    missing = dict(enumerate(classes, start=1))
    for index in range(candidates.count()):
        source = candidates.nth(index).locator("img").get_attribute("src") or ""
        image = page.request.get(f"{hand.visit.url}/api/v1/images/{source.split('/')[-2]}").json()
        key = next((key for key, name in missing.items() if f"{name}/" in image["path"]), None)
        if key is not None:
            hand.click(candidates.nth(index), "a picture")
            hand.press(str(key))
            expect(page.get_by_text(f"{len(classes) - len(missing) + 1} of {len(classes)}")).to_be_visible()
            del missing[key]


def main() -> None:
    """Walk, and print the gestures and how many they are."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pool", help="class folders in a zip, ZIP::PREFIX")
    pool = parser.parse_args().pool
    with tempfile.TemporaryDirectory(prefix="eigenlabel-") as folder, sync_playwright() as playwright:
        photos = Path(folder) / "photos"
        classes = unpack(pool, photos)
        service = Service(Path(folder) / "data", photos)
        service.start()
        browser = launch(playwright)
        try:
            hand = Hand(new_visit(browser.new_context(viewport=SCREEN), service.url))
            walk(hand, photos, classes, service.run("sign-in-link", "admin"))
        finally:
            browser.close()
            service.stop()
    print("\n".join(hand.done), f"\n{len(hand.done)} gestures")


if __name__ == "__main__":
    main()
