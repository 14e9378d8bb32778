"""How many gestures and seconds lie between signing in and the first label on one's own photos.

    python -m benchmarks.gestures ../shared/data/trashnet/trashnet.zip::train --photos 500

The photos are taken from class folders in a zip, as many of each, and lie in one folder; their names tell
what they show. A gesture is a drop, a click, a key, or a text typed into a field. A person looks at the first
image for a while: here the name is typed as soon as an answer counts. Starts a service of its own.
"""

import argparse
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

from tests.e2e.browser import IMAGE, SCREEN, Visit, launch, new_visit
from tests.e2e.photos import drop, kind_of
from tests.service.service import Service

PATIENCE = 300_000


@dataclass
class Hand:
    """What a person does, and when things came about, in seconds since the first gesture."""

    page: Page
    done: list[str] = field(default_factory=list)
    seen: dict[str, float] = field(default_factory=dict)
    began: float = 0.0

    def did(self, gesture: str) -> None:
        self.done.append(gesture)

    def see(self, what: str) -> None:
        self.seen[what] = time.monotonic() - self.began

    def get(self, path: str) -> Any:
        """Return what the service says of itself to the person's own session."""
        return self.page.request.get(f"{self.page.url.split('/rounds')[0]}/api/v1{path}").json()


def unpack(pool: str, folder: Path, count: int) -> None:
    """Write `count` photos of `zip::prefix` into `folder`, as many of every class, named by class."""
    path, _, prefix = pool.partition("::")
    folder.mkdir()
    with zipfile.ZipFile(path) as archive:
        classes: dict[str, list[str]] = {}
        for name in sorted(archive.namelist()):
            if name.startswith(prefix) and not name.endswith("/") and name.count("/") >= 1:
                classes.setdefault(name.split("/")[-2], []).append(name)
        turns = [name for names in zip(*classes.values(), strict=False) for name in names][:count]
        for number, name in enumerate(turns):
            target = folder / f"{name.split('/')[-2]}-{number:05}{Path(name).suffix}"
            target.write_bytes(archive.read(name))


def sign_in(visit: Visit, link: str) -> None:
    """Follow the link of a newcomer to the list of projects, which is empty."""
    visit.sign_in_by_link(link)
    expect(visit.page.get_by_role("group", name="Start a project")).to_be_visible()


@contextmanager
def newcomer(pool: str, count: int) -> Iterator[tuple[Visit, Path]]:
    """Yield a page before the list of projects of a service of its own, and a folder of `count` photos."""
    with tempfile.TemporaryDirectory(prefix="eigenlabel-") as folder, sync_playwright() as playwright:
        photos = Path(folder) / "Waste"
        unpack(pool, photos, count)
        service = Service(Path(folder) / "data", photos)
        service.start()
        browser = launch(playwright)
        try:
            visit = new_visit(browser.new_context(viewport=SCREEN), service.url)
            sign_in(visit, service.run("sign-in-link", "admin"))
            yield visit, photos
        finally:
            browser.close()
            service.stop()


def walk(visit: Visit, photos: Path, count: int) -> Hand:
    """Go from the list of projects to the first label, and wait for the rest."""
    page, hand = visit.page, Hand(visit.page)
    hand.began = time.monotonic()
    drop(page.get_by_role("group", name="Start a project"), photos)
    hand.did("drop a folder")
    expect(page.locator(IMAGE)).to_be_visible(timeout=PATIENCE)
    hand.see("the first image")
    round_id = page.url.split("/rounds/")[1].split("/")[0]
    project = hand.get(f"/rounds/{round_id}")["project_id"]
    stored = hand.get(f"/projects/{project}")["counts"]["pool"]
    visit.wait_until_answers_count()
    kind = kind_of(hand.get(f"/images/{visit.shown_image()}")["filename"])
    page.keyboard.type(kind)
    hand.did(f"type {kind}")
    page.keyboard.press("Enter")
    hand.did("press Enter")
    expect(page.get_by_test_id("step-progress")).to_have_text("1 of 10", timeout=PATIENCE)
    hand.see("the first label")
    print(f"{stored} of {count} photos were stored when the first image was shown")
    finish(hand, project, count)
    return hand


def finish(hand: Hand, project: str, count: int) -> None:
    """Wait until all photos are stored and embedded."""
    deadline = time.monotonic() + PATIENCE / 1000
    while hand.get(f"/projects/{project}")["counts"]["pool"] < count and time.monotonic() < deadline:
        time.sleep(0.2)
    hand.see("all photos stored")
    while time.monotonic() < deadline:
        jobs = hand.get(f"/jobs?project={project}&limit=20")["items"]
        if not any(each["kind"] == "embed" and each["state"] in {"queued", "running"} for each in jobs):
            break
        time.sleep(0.2)
    hand.see("all photos embedded")


def main() -> None:
    """Walk, and print the gestures and when things came about."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pool", help="class folders in a zip, ZIP::PREFIX")
    parser.add_argument("--photos", type=int, default=500, help="how many")
    asked = parser.parse_args()
    with newcomer(asked.pool, asked.photos) as (visit, photos):
        hand = walk(visit, photos, len(list(photos.iterdir())))
    print("\n".join(hand.done), f"\n{len(hand.done)} gestures")
    for what, seconds in hand.seen.items():
        print(f"{seconds:6.1f} s  {what}")


if __name__ == "__main__":
    main()
