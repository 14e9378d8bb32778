"""From a dropped folder of photos to the first labels: three gestures, and the rest arrives meanwhile."""

import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page, Route, expect

from tests.e2e.browser import IMAGE, Visit
from tests.e2e.photos import drop, kind_of, write_photos
from tests.e2e.test_hand import PHONE
from tests.e2e.test_pages import barriers
from tests.service.oracle import Oracle
from tests.service.service import wait_until

pytestmark = pytest.mark.e2e
PHOTOS, BATCH, ASKED = 60, 50, 10
UPLOADING = re.compile(rf"Uploading {BATCH}\s*of {PHOTOS}")
FIELD = "Find or name a category"
SHIFTS = """() => {
    window.shifts = [];
    new PerformanceObserver((list) => window.shifts.push(
        ...list.getEntries().filter(({ hadRecentInput }) => !hadRecentInput).map(({ value }) => value)))
        .observe({ type: 'layout-shift', buffered: true });
}"""


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of photos."""
    return write_photos(tmp_path_factory.mktemp("photos") / "Waste", PHOTOS)


class Gate:
    """Holds every batch of an upload but the first, until it is opened."""

    def __init__(self, page: Page) -> None:
        self._held: list[Route] = []
        self._seen, self._open = 0, False
        page.route("**/api/v1/projects/*/images", self._take)

    def _take(self, route: Route) -> None:
        if route.request.method == "POST":
            self._seen += 1
            if self._seen > 1 and not self._open:
                self._held.append(route)
                return
        route.continue_()

    def open(self) -> None:
        self._open = True
        for route in self._held:
            with suppress(Error):  # of a page that was reloaded
                route.continue_()


def newest(administrator: Oracle, name: str) -> Oracle:
    """Return an oracle for the newest project of a name."""
    found = [each for each in administrator.items("/projects") if each["name"] == name]
    return Oracle(administrator.api, found[0]["id"])


def themes(page: Page, keep: Callable[[str], None]) -> None:
    for theme in ("light", "dark"):
        page.evaluate("(theme) => (document.documentElement.dataset.theme = theme)", theme)
        keep(theme)
        assert barriers(page) == []
    page.evaluate("() => delete document.documentElement.dataset.theme")


def answer(visit: Visit, oracle: Oracle, keys: dict[str, str]) -> str:
    """Label the image that is shown by its key, or name its category where that has none; return the name."""
    page = visit.page
    visit.wait_until_answers_count()
    shown = visit.shown_image()
    kind = kind_of(oracle.call("GET", f"/images/{shown}")["filename"])
    if kind in keys:
        page.keyboard.press(keys[kind])
    else:
        page.keyboard.type(kind)
        page.keyboard.press("Enter")
        keys[kind] = str(len(keys) + 1)
    expect(page.locator(f"{IMAGE}[src*='{shown}']")).to_have_count(0)
    return kind


def expect_state(oracle: Oracle, given: list[str], pool: int) -> dict[str, Any]:
    """Expect the project to have these labels and so many images, once all has arrived; return it."""
    found: dict[str, Any] = {}

    def has_arrived() -> bool:
        found.update(oracle.call("GET", f"/projects/{oracle.project}"))
        counted = {each["name"]: each["labels"] for each in found["categories"]}
        counts = (found["counts"]["labelled"], found["counts"]["pool"])
        return (counted, counts) == ({kind: given.count(kind) for kind in given}, (len(given), pool))

    wait_until(has_arrived, 30)
    return found


def test_a_dropped_folder_is_labelled_after_three_gestures(
    signed_in: Visit, administrator: Oracle, photos: Path
) -> None:
    visit, page = signed_in, signed_in.page
    page.add_init_script(f"({SHIFTS})()")
    visit.goto("/")
    zone = page.get_by_role("group", name="Start a project")
    themes(page, lambda theme: visit.screenshot(f"start-home-{theme}"))
    gate = Gate(page)

    drop(zone, photos)  # the first gesture
    expect(page.locator(IMAGE)).to_be_visible(timeout=120_000)
    expect(page.get_by_label(FIELD)).to_be_focused()
    expect(page.get_by_text(UPLOADING)).to_be_visible()
    expect(page.get_by_test_id("step-progress")).to_have_text(f"0 of {ASKED}")
    oracle, keys = newest(administrator, "Waste"), dict[str, str]()
    themes(page, lambda theme: visit.screenshot(f"start-first-{theme}"))
    given = [answer(visit, oracle, keys)]  # the second and the third: a name, and Enter
    expect(page.get_by_test_id("step-progress")).to_have_text(f"1 of {ASKED}")
    rows = page.get_by_role("list", name="Categories").get_by_role("button")
    expect(rows).to_have_text([re.compile(rf"^1\s*{given[0]}\s*$")])
    project = expect_state(oracle, given, BATCH)
    assert (project["open_categories"], project["categories"][0]["shortcut"]) == (True, "1")

    visit.wait_until_answers_count()
    page.keyboard.press("Control+z")
    expect(page.get_by_test_id("step-progress")).to_have_text(f"0 of {ASKED}")
    expect(page.get_by_role("button", name="before")).to_contain_text(given[0])
    visit.wait_until_answers_count()
    page.keyboard.press("1")
    expect(page.get_by_test_id("step-progress")).to_have_text(f"1 of {ASKED}")

    assert sum(page.evaluate("() => window.shifts")) < 0.01
    page.get_by_role("link", name="Waste").click()
    note = page.get_by_role("region", name="Uploads")
    expect(note).to_contain_text(UPLOADING)
    gate.open()
    expect(page.get_by_text("Uploading")).to_have_count(0)
    expect(page.get_by_text(f"{PHOTOS} images").first).to_be_visible()
    page.get_by_role("link", name="Label", exact=True).first.click()
    while len(given) < ASKED:
        given.append(answer(visit, oracle, keys))
    expect(page.locator(IMAGE)).to_be_visible(timeout=120_000)
    project = expect_state(oracle, given, PHOTOS)
    round_id = project["active_round_id"]
    first, second = oracle.call("GET", f"/rounds/{round_id}/steps")[-2:]
    assert (first["labelled"], second["labelled"], second["state"]) == (ASKED, 0, "labelling")
    expect(page.get_by_role("list", name="Categories").get_by_text("%").first).to_be_visible()
    report = oracle.call("GET", f"/projects/{oracle.project}/export/report")
    assert report["unpredicted"] == 0, "those that came later are in the next step's pool"


def test_an_upload_that_was_broken_off_goes_on_by_dropping_again(
    signed_in: Visit, administrator: Oracle, photos: Path
) -> None:
    visit, page = signed_in, signed_in.page
    page.set_viewport_size(PHONE)
    page.on("dialog", lambda dialog: dialog.accept())
    zone = page.get_by_role("group", name="Start a project")
    gate = Gate(page)
    drop(zone, *sorted(photos.iterdir()))
    expect(page.locator(IMAGE)).to_be_visible(timeout=120_000)
    visit.goto("/")
    gate.open()
    expect(page.get_by_text(f"was broken off: {BATCH} of {PHOTOS} files are there")).to_be_visible()
    visit.screenshot("start-broken-off-phone")
    assert barriers(page) == []
    drop(zone, *sorted(photos.iterdir()))
    expect(page.locator(IMAGE)).to_be_visible(timeout=120_000)
    oracle = newest(administrator, administrator.items("/projects")[0]["name"])
    page.get_by_label(FIELD).click()
    page.keyboard.type("a thing")
    visit.screenshot("start-name-phone")
    page.get_by_role("list", name="Categories").get_by_role("button").click()
    expect(page.get_by_test_id("step-progress")).to_have_text(f"1 of {ASKED}")
    expect(page.get_by_role("progressbar", name="Upload")).to_have_count(0)
    expect_state(oracle, ["a thing"], PHOTOS)
