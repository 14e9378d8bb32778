"""What owners do for others: merging categories, inviting people, choosing on a tablet."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.browser import IMAGE, PASSWORD, Visit, new_visit
from tests.service.oracle import DIGITS, Oracle
from tests.service.service import Service

pytestmark = pytest.mark.e2e
PHONE = {"width": 360, "height": 640}
TABLET = {"width": 768, "height": 1024}
DOUBLE_TAP = 500  # ms; a tap that comes sooner is the second of a double one, which buttons ignore
Counts = dict[str, tuple[int, int]]


def told(oracle: Oracle) -> tuple[Counts, dict[str, int]]:
    """Return what the API counts: (indicators, labels) of each category, and the labels of archived ones."""
    found = oracle.call("GET", f"/projects/{oracle.project}")["categories"]
    listed = {each["name"]: (each["indicators"], each["labels"]) for each in found if not each["archived"]}
    return listed, {each["name"]: each["labels"] for each in found if each["archived"]}


def shown(page: Page) -> tuple[Counts, dict[str, int]]:
    """Return what the page of settings shows of them."""
    listed: Counts = {}
    named = page.get_by_label(re.compile("^Name of "))
    for row in page.get_by_role("row").filter(has=named).all():
        indicators, labels = row.get_by_role("cell").all_inner_texts()[2:4]
        listed[row.get_by_label(re.compile("^Name of ")).input_value()] = int(indicators), int(labels)
    archived = {}
    for row in page.get_by_role("table", name="Archived categories").get_by_role("row").all()[1:]:
        name, labels = row.get_by_role("cell").all_inner_texts()[:2]
        archived[name.split()[0]] = int(labels)
    return listed, archived


def test_every_count_is_the_apis_when_categories_are_merged_and_split(
    signed_in: Visit, oracle: Oracle
) -> None:
    page, project = signed_in.page, f"/projects/{oracle.project}"
    oracle.give_indicators()
    before = told(oracle)
    truths = oracle.call("GET", project)["counts"]["truths"]
    signed_in.goto(f"{project}/settings")
    expect(page.get_by_label("Name of 3", exact=True)).to_be_visible()
    assert shown(page) == before

    page.get_by_role("button", name="Merge into…, 3").click()
    dialog = page.get_by_role("dialog", name="Merge 3")
    dialog.get_by_label("Merge into").select_option("8")
    moving = oracle.call("GET", f"/categories/{oracle.categories()['3']}/merge")
    assert (moving["labels"], moving["truths"]) == (1, truths // 10)
    expect(dialog).to_contain_text(f"1 label and {truths // 10} known categories move")
    dialog.get_by_role("button", name="Merge").click()
    split = page.get_by_role("button", name="Split 3 back")
    expect(split).to_be_visible()
    listed, archived = told(oracle)
    assert (listed["8"], archived) == ((2, 2), {"3": 0})
    assert shown(page) == (listed, archived)

    split.click()
    expect(split).to_have_count(0)
    assert told(oracle) == before
    assert shown(page) == before


def test_who_is_invited_joins_on_a_phone_and_labels_an_image(
    signed_in: Visit, browser: Browser, service: Service, started: tuple[Oracle, str]
) -> None:
    oracle, _ = started
    name = f"guest-{oracle.project[-6:]}"
    oracle.call("POST", "/users", json={"name": name, "password": PASSWORD})
    signed_in.goto(f"/projects/{oracle.project}/settings")
    signed_in.page.get_by_role("button", name="Make a link").click()
    link = signed_in.page.get_by_label("Invitation link").input_value()
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    guest = new_visit(context, service.url)
    page = guest.page
    page.goto(link)
    page.get_by_role("link", name="Sign in to join").tap()
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").tap()
    expect(page.get_by_role("button", name="Join")).to_be_visible()
    page.wait_for_timeout(DOUBLE_TAP)
    page.get_by_role("button", name="Join").tap()
    expect(page).to_have_url(re.compile(f"/projects/{oracle.project}$"))
    page.get_by_role("link", name="Label", exact=True).first.tap()
    expect(page.locator(IMAGE)).to_be_visible()
    guest.wait_until_answers_count()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    image = guest.shown_image()
    page.get_by_role("list", name="Categories").get_by_role("button").nth(4).tap()
    guest.wait_for_other_image(image)
    context.close()
    assert guest.complaints == []
    exported = oracle.api.get(f"/projects/{oracle.project}/export", params={"format": "json"}).json()
    [given] = next(each["labels"] for each in exported["images"] if each["id"] == image)
    assert (given["category"], given["annotator"]) == ("4", name)


def test_on_a_tablet_the_categories_are_there_before_the_candidates_are_scrolled(
    signed_in: Visit, oracle: Oracle
) -> None:
    page = signed_in.page
    oracle.bundled_encoder()
    page.set_viewport_size(TABLET)  # type: ignore[arg-type]
    signed_in.goto(f"/projects/{oracle.project}/indicators")
    candidates = page.get_by_role("list", name="Candidates").locator("button")
    expect(candidates).to_have_count(3 * len(DIGITS), timeout=90_000)
    keys = page.get_by_label("Category of the chosen image").get_by_role("button")
    for place in (candidates.first, candidates.last):
        place.click()
        expect(place).to_be_in_viewport()
        for index in range(len(DIGITS)):
            expect(keys.nth(index)).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") == TABLET["width"]
    keys.nth(4).click()
    expect(page.get_by_text("1 of 10 categories have an image.")).to_be_visible()
    assert told(oracle)[0]["4"] == (1, 1)
