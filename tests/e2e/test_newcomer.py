"""From a sign-in link to the first image of a round, in a real browser."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import IMAGE, PASSWORD, Visit
from tests.service.oracle import DIGITS, Oracle, digit_of
from tests.service.service import Service

pytestmark = pytest.mark.e2e


def create_project(page: Page) -> str:
    """Make a project of the ten digits and return its id."""
    page.get_by_role("button", name="New project").click()
    page.get_by_label("Name").fill("Post codes")
    page.get_by_label("Categories").fill("\n".join(DIGITS))
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_role("heading", name="Post codes")).to_be_visible()
    return page.url.rsplit("/", 1)[-1]


def upload(page: Page, folder: Path, unusable: Path) -> int:
    """Upload a folder of images and a file that is none; return how many images there were."""
    files = sorted(folder.rglob("*.png"))
    page.get_by_role("link", name="Add images").click()
    page.get_by_label("A folder of images").set_input_files(folder)
    page.get_by_role("button", name="Nothing, they are only folders").click()
    told = f"{len(files)} new, 0 already here, 0 rejected"
    expect(page.get_by_text(told)).to_be_visible(timeout=60_000)
    page.get_by_label("Image files").set_input_files(unusable)
    expect(page.get_by_text("0 new, 0 already here, 1 rejected")).to_be_visible()
    first = files[0].relative_to(folder.parent).as_posix()
    page.get_by_label("Path").fill(first)
    page.get_by_label("Path").press("Enter")
    page.get_by_role("button", name=first, exact=True).click()
    expect(page.get_by_role("dialog").get_by_text(first)).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_text("Why 1 file was rejected").click()
    expect(page.get_by_text(unusable.name)).to_be_visible()
    return len(files)


def upload_a_hold_out(page: Page, folder: Path) -> int:
    """Upload class folders as the truth of a test set; return how many images they hold."""
    files = sorted(folder.rglob("*.png"))
    page.get_by_label("A folder of images").set_input_files(folder)
    expect(page.get_by_text(f"{len(files)} images in 10 folders: 0, 1, 2")).to_be_visible()
    page.get_by_role("button", name="The truth of a test set").click()
    expect(page.get_by_text(f"{len(files)} labelled by their folder")).to_be_visible(timeout=60_000)
    return len(files)


def give_indicators(page: Page, oracle: Oracle) -> None:
    """Give the first candidate of each digit by the keyboard alone."""
    candidates = page.get_by_role("list", name="Candidates").locator("button")
    expect(candidates).to_have_count(3 * len(DIGITS), timeout=90_000)
    candidates.first.focus()
    missing = set(DIGITS)
    for index in range(candidates.count()):
        source = candidates.nth(index).locator("img").get_attribute("src")
        assert source is not None
        digit = digit_of(oracle.call("GET", f"/images/{source.split('/')[-2]}")["filename"])
        if digit in missing:
            page.keyboard.press(digit)
            expect(candidates.nth(index)).to_have_accessible_name(re.compile(f", {digit}$"))
            expect(page.get_by_text(f"{11 - len(missing)} of 10 categories")).to_be_visible()
            missing.discard(digit)
        page.keyboard.press("ArrowRight")


def test_a_newcomer_gets_from_the_link_to_the_first_image(
    visit: Visit, service: Service, administrator: Oracle, digits: Path, tmp_path: Path
) -> None:
    page = visit.page
    made = administrator.call("POST", "/users", json={"name": "newcomer", "role": "admin"})
    visit.sign_in_by_link(made["sign_in_link"])
    expect(page.get_by_text("No projects yet")).to_be_visible()
    project = create_project(page)
    unusable = tmp_path / "notes.png"
    unusable.write_text("This is no image.")
    count = upload(page, digits / "pool", unusable)
    measured = upload_a_hold_out(page, digits / "test")
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_text(f"{count} images · {measured} test images")).to_be_visible()
    page.get_by_role("button", name="Use the bundled encoder").click()
    page.get_by_role("link", name="Give indicators").click(timeout=90_000)
    token = service.run("token", "create", "newcomer")
    oracle = Oracle(administrator.api.__class__(base_url=f"{service.url}/api/v1"), project)
    oracle.api.headers["Authorization"] = f"Bearer {token}"
    give_indicators(page, oracle)
    given = oracle.call("GET", f"/projects/{project}")["counts"]["indicators"]
    assert given >= 2
    page.get_by_role("link", name="Overview").click()
    page.get_by_role("link", name="Start").click()
    expect(page.get_by_text("90 labels")).to_be_visible()
    page.get_by_role("button", name="Start the round").click()
    expect(page.locator(IMAGE)).to_be_visible(timeout=90_000)
    expect(page.get_by_text("Step 1 of 9")).to_be_visible()


def test_a_link_works_once_and_the_password_after_it(
    visit: Visit, service: Service, administrator: Oracle
) -> None:
    page = visit.page
    link = administrator.call("POST", "/users", json={"name": "once"})["sign_in_link"]
    visit.sign_in_by_link(link)
    page.get_by_text("once", exact=True).click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    visit.goto("/account")
    expect(page).to_have_url(f"{service.url}/sign-in?next=%2Faccount")
    page.get_by_label("Name").fill("once")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Account")).to_be_visible()
    assert visit.complaints == []
    visit.goto(link)
    expect(page.get_by_role("heading", name="This link does not work")).to_be_visible()
    assert all("40" in complaint for complaint in visit.complaints)
    visit.complaints.clear()


def test_signing_in_never_leads_to_another_site(
    visit: Visit, service: Service, administrator: Oracle
) -> None:
    body = {"name": "careful", "password": PASSWORD}
    administrator.call("POST", "/users", json=body)
    visit.goto("/sign-in?next=//evil.example/x")
    visit.page.get_by_label("Name").fill("careful")
    visit.page.get_by_label("Password").fill(PASSWORD)
    visit.page.get_by_role("button", name="Sign in").click()
    expect(visit.page.get_by_role("heading", name="Projects")).to_be_visible()
    assert visit.page.url == f"{service.url}/"
