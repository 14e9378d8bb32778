"""No answer is lost or changed in silence: many tabs, refusals, and no connection."""

import re
from collections.abc import Iterator
from itertools import cycle

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.e2e.browser import IMAGE, PASSWORD, SCREEN, Visit, new_visit
from tests.e2e.test_labelling import live_labels, progress
from tests.service.oracle import Oracle
from tests.service.service import Service, wait_until

pytestmark = pytest.mark.e2e
EXPECTED = re.compile(r"status of (409|412|422)|ERR_(FAILED|INTERNET_DISCONNECTED|ABORTED|NETWORK_CHANGED)")
"""What browsers say on the console of refusals and of lost connections, which these tests bring about."""

LOADED = """count => performance.getEntriesByType('resource')
    .filter((entry) => new URL(entry.name).pathname.endsWith('/display')).length >= count"""


@pytest.fixture
def anna(browser: Browser, service: Service, started: tuple[Oracle, str]) -> Iterator[Visit]:
    """Return a page on which an annotator of the project is signed in, who is not its administrator."""
    oracle, _ = started
    if all(user["name"] != "anna" for user in oracle.items("/users")):
        oracle.call("POST", "/users", json={"name": "anna", "password": PASSWORD})
    member = {"name": "anna", "role": "annotator"}
    oracle.call("PUT", f"/projects/{oracle.project}/members", json=member)
    context = browser.new_context(viewport=SCREEN, reduced_motion="reduce")
    visit = new_visit(context, service.url)
    visit.sign_in("anna")
    yield visit
    context.close()
    assert [text for text in visit.complaints if not EXPECTED.search(text)] == []


def open_streams(service: Service) -> float:
    """Return how many event streams the service holds."""
    metrics = httpx.get(f"{service.url}/metrics").text
    (found,) = re.findall(r"^eigenlabel_event_streams (\S+)$", metrics, re.MULTILINE)
    return float(found)


def shown(page: Page) -> str:
    """Return the id of the image that a page shows."""
    expect(page.locator(IMAGE)).to_be_visible()
    return str(page.locator(IMAGE).get_attribute("src")).split("/")[-2]


def press(page: Page, key: str) -> None:
    """Press a key once what is asked has been on the screen long enough for an answer to count."""
    expect(page.locator("#answer[aria-busy='false']")).to_be_visible()
    page.keyboard.press(key)


def annotators_labels(oracle: Oracle) -> dict[str, str]:
    """Return (name of the category by image) for all labels of the project."""
    names = {category: name for name, category in oracle.categories().items()}
    images = oracle.items(f"/projects/{oracle.project}/images", state="labelled", split="pool")
    return {image["id"]: names[image["category_id"]] for image in images if image["kind"] == "query"}


def tabs(context: BrowserContext, url: str, number: int) -> list[Page]:
    """Return so many new tabs on one page."""
    pages = [context.new_page() for _ in range(number)]
    for page in pages:
        page.goto(url)
        expect(page.locator(IMAGE)).to_be_visible()
    return pages


def test_six_tabs_label_different_images_and_all_are_saved(
    anna: Visit, service: Service, started: tuple[Oracle, str]
) -> None:
    oracle, round_id = started
    before = open_streams(service)
    pages = tabs(anna.page.context, f"{service.url}/rounds/{round_id}/annotate", 6)
    assert open_streams(service) - before <= 2
    first = {shown(page): page for page in pages}
    assert len(first) == 6, "an image is shown in one tab"
    for page, key in zip(first.values(), cycle("123"), strict=False):
        page.bring_to_front()
        press(page, key)
    wait_until(lambda: set(annotators_labels(oracle)) == set(first), 10)
    expected = dict(zip(first, cycle("123"), strict=False))
    assert annotators_labels(oracle) == expected
    for page in pages:
        progress(page, 6)
    pages[0].close()
    progress(pages[1], 6)
    image = shown(pages[1])
    press(pages[1], "4")
    wait_until(lambda: annotators_labels(oracle).get(image) == "4", 10)
    progress(pages[5], 7)


def test_what_changes_meanwhile_is_said_and_a_refused_answer_comes_back(
    anna: Visit, started: tuple[Oracle, str]
) -> None:
    page, (oracle, round_id) = anna.page, started
    categories = oracle.categories()
    anna.goto(f"/rounds/{round_id}/annotate")
    expect(page.locator(IMAGE)).to_be_visible()
    oracle.call("PATCH", f"/categories/{categories['3']}", json={"name": "three"})
    expect(page.get_by_text("Category 3 is now called three.")).to_be_visible()
    expect(page.get_by_role("list", name="Categories").get_by_text("three")).to_be_visible()
    oracle.call("POST", f"/rounds/{round_id}/pause")
    expect(page.get_by_text("The round was paused by admin.")).to_be_visible()
    oracle.call("POST", f"/rounds/{round_id}/resume")
    expect(page.get_by_text("The round was resumed by admin.")).to_be_visible()

    page.context.route("**/events", lambda route: route.abort())
    page.reload()
    image = anna.shown_image()
    assert oracle.api.delete(f"/categories/{categories['7']}").is_success
    press(page, "7")
    expect(page.get_by_text("This answer was not saved")).to_be_visible()
    assert anna.shown_image() == image
    expect(page.get_by_role("list", name="Categories").get_by_role("button")).to_have_count(9)
    press(page, "8")
    anna.wait_for_other_image(image)
    expect(page.get_by_text("This answer was not saved")).to_have_count(0)
    wait_until(lambda: annotators_labels(oracle) == {image: "8"}, 10)


def test_offline_and_back(anna: Visit, service: Service, started: tuple[Oracle, str]) -> None:
    page, context, (oracle, round_id) = anna.page, anna.page.context, started
    anna.goto(f"/rounds/{round_id}/annotate")
    expect(page.locator(IMAGE)).to_be_visible()
    page.wait_for_function(LOADED, arg=10)
    context.set_offline(True)
    for _ in range(10):
        before = page.locator(IMAGE).get_attribute("src")
        press(page, "1")
        expect(page.locator(f"{IMAGE}[src='{before}']")).to_have_count(0)
    expect(page.get_by_text("Offline, 10 answers kept")).to_be_visible()
    expect(page.get_by_text("Learning")).to_have_count(0)
    context.set_offline(False)
    expect(page.get_by_text("Step 2 of 2")).to_be_visible(timeout=60_000)
    assert len(annotators_labels(oracle)) == 10

    hanging: list[Route] = []

    def hang(route: Route) -> None:
        hanging.append(route)

    context.route("**/annotation", hang)
    image = anna.shown_image()
    press(page, "2")
    expect(page.get_by_text("1 answer not saved yet")).to_be_visible()
    page.close()
    context.unroute("**/annotation")
    other = context.new_page()
    other.goto(service.url)
    wait_until(lambda: annotators_labels(oracle).get(image) == "2", 20)
    expect(other.get_by_text("not saved yet")).to_have_count(0)
    assert (image, "2") not in live_labels(oracle, round_id), "it is anna's, not the administrator's"
