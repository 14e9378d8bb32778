"""Learning a collection without labels, in a real browser: started, followed, cancelled, resumed, used."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import IMAGE, Visit
from tests.service.oracle import Oracle

pytestmark = pytest.mark.e2e

MINUTES = 180_000
CHARTS = "svg[data-points]"


def points(page: Page) -> list[int]:
    """Return how many points each of the curves has."""
    return [
        int(each) for each in page.locator(CHARTS).evaluate_all("all => all.map(one => one.dataset.points)")
    ]


def wait_for_points(page: Page, more_than: int) -> None:
    """Wait until the curves have more points than that."""
    script = f"wanted => [...document.querySelectorAll('{CHARTS}')].some(one => one.dataset.points > wanted)"
    page.wait_for_function(script, arg=more_than, timeout=MINUTES)


def open_form(visit: Visit, oracle: Oracle) -> None:
    """Go from the project to the form of a pretraining."""
    visit.goto(f"/projects/{oracle.project}")
    visit.page.get_by_role("link", name="Encoders", exact=True).click()
    visit.page.get_by_role("link", name="Pretrain an encoder").click()
    expect(visit.page.get_by_role("radio", name="Source and your images together")).to_be_checked()


def add_digits(page: Page, name: str) -> None:
    """Add the small digits as a source, and wait until they are counted."""
    page.get_by_role("button", name="Add a source").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("radio", name="Digits that come with the service")).to_be_checked()
    expect(dialog.get_by_label("Name", exact=True)).to_have_value("Small digits")
    dialog.get_by_label("Name", exact=True).fill(name)
    dialog.get_by_role("button", name="Add the source").click()
    chosen = page.get_by_role("radio", name=f"{name} 1,797 images")
    expect(chosen).to_be_visible(timeout=MINUTES)
    expect(chosen).to_be_checked()


@pytest.fixture(scope="module")
def counted(administrator: Oracle) -> str:
    """Return the id of a source that everybody has, once its images are counted."""
    made = administrator.call("POST", "/sources", json={"name": "Everybody's", "source": {"kind": "dataset"}})
    administrator.done(made["job_id"])
    return str(made["id"])


def start(page: Page, name: str, epochs: int) -> None:
    """Start a tiny pretraining and wait for its page."""
    page.get_by_label("Image size").fill("16")
    page.get_by_label("Epochs", exact=True).fill(str(epochs))
    page.get_by_label("Name of the encoder").fill(name)
    page.get_by_role("button", name="Start learning").click()
    expect(page.get_by_role("heading", name=name)).to_be_visible()


def test_a_newcomer_learns_the_collection_and_starts_a_round_on_what_came_of_it(
    signed_in: Visit, oracle: Oracle
) -> None:
    page = signed_in.page
    oracle.bundled_encoder()
    oracle.give_indicators()
    open_form(signed_in, oracle)
    add_digits(page, "Tiny digits")
    expect(page.get_by_role("radio", name="Small ResNet", exact=True)).to_be_checked()
    expect(page.get_by_label("Image size")).to_have_value("28")
    expect(page.get_by_text("About 359 of your images per epoch")).to_be_visible()
    expect(page.get_by_label("Name of the encoder")).to_have_value("TUP on Tiny digits")
    expect(page.get_by_text("on this machine")).to_be_visible(timeout=MINUTES)
    signed_in.screenshot("pretrain-form", whole=True)
    start(page, "My TUP", 6)
    wait_for_points(page, 0)
    first = points(page)
    wait_for_points(page, first[0])
    expect(page.locator(CHARTS)).to_have_count(5, timeout=MINUTES)  # three, and two once it is measured
    expect(page.get_by_text("labelled images whose class the 20 most alike name")).to_be_visible()
    expect(page.get_by_text("images a second")).to_be_visible()
    signed_in.screenshot("pretraining", whole=True)
    page.get_by_role("link", name="Overview").click()
    expect(page.get_by_role("heading", name="What now?")).to_be_visible()
    offer = page.get_by_role("complementary", name="A new encoder")
    expect(offer).to_contain_text("The encoder My TUP is ready.", timeout=MINUTES)
    signed_in.screenshot("offer")
    offer.get_by_role("link", name="Start a round on it").click()
    chosen = page.get_by_label("Encoder").locator("option:checked")
    expect(chosen).to_have_text(re.compile("^My TUP: TUP on a source"))
    page.get_by_role("radio", name="1 + 4 + 5").check()
    page.get_by_role("button", name="Start the round").click()
    expect(page.locator(IMAGE)).to_be_visible(timeout=MINUTES)
    rounds = oracle.items(f"/projects/{oracle.project}/rounds")
    encoders = {each["id"]: each["name"] for each in oracle.items(f"/projects/{oracle.project}/encoders")}
    assert [encoders[each["config"]["encoder_id"]] for each in rounds] == ["My TUP"]
    page.get_by_role("link", name="Digits").click()
    expect(page.get_by_text("encoder: My TUP")).to_be_visible()
    expect(offer).to_have_count(0)


def checkpoint_step(oracle: Oracle, page: Page) -> int:
    """Return the step that the run on the page can go on from, once there is one."""
    path = f"/encoders/{page.url.rsplit('/', 1)[-1]}/curve"
    while (step := oracle.call("GET", path)["checkpoint_step"]) is None:
        page.wait_for_timeout(200)
    return int(step)


def test_a_cancelled_pretraining_goes_on_where_it_stopped(
    signed_in: Visit, oracle: Oracle, counted: str
) -> None:
    page = signed_in.page
    open_form(signed_in, oracle)
    page.get_by_role("radio", name="Everybody's 1,797 images").check()
    page.get_by_text("Advanced").click()
    page.get_by_label("Checkpoint every, in seconds").fill("1")
    start(page, "Long TUP", 500)
    wait_for_points(page, 0)
    kept = checkpoint_step(oracle, page)
    page.get_by_role("button", name="Cancel", exact=True).click()
    signed_in.screenshot("cancel-pretraining")
    page.get_by_role("dialog").get_by_role("button", name="Cancel the pretraining").click()
    told = page.get_by_text("Goes on from step")
    expect(told).to_be_visible(timeout=30_000)
    stopped = int(re.sub(r"\D", "", told.inner_text()))
    assert stopped >= kept
    signed_in.screenshot("cancelled-pretraining")
    signed_in.goto(f"/projects/{oracle.project}/encoders")
    row = page.get_by_role("row", name="Long TUP")
    expect(row).to_contain_text("Cancelled")
    row.get_by_role("link", name="Long TUP").click()
    wait_for_points(page, 0)
    before = points(page)[0]
    page.get_by_role("button", name="Resume").click()
    bar = page.get_by_role("progressbar", name="Pretraining of Long TUP")
    expect(bar).to_be_visible()
    wait_for_points(page, before)
    assert int(bar.get_attribute("aria-valuenow") or 0) < 100
    page.get_by_role("button", name="Show as a table").click()
    steps = [int(text.replace(",", "")) for text in page.locator("tbody td:first-child").all_inner_texts()]
    assert steps == sorted(steps)
    assert steps[-1] > stopped
    oracle.call("POST", f"/jobs/{live_job(oracle)}/cancel")
    expect(page.get_by_role("button", name="Resume")).to_be_visible()


def live_job(oracle: Oracle) -> str:
    """Return the id of the pretraining that runs."""
    jobs = oracle.items("/jobs", project=oracle.project)
    return next(str(job["id"]) for job in jobs if (job["kind"], job["state"]) == ("pretrain", "running"))


def test_what_is_wrong_with_a_source_is_said_at_its_field(signed_in: Visit, oracle: Oracle) -> None:
    page = signed_in.page
    open_form(signed_in, oracle)
    page.get_by_role("button", name="Add a source").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("radio", name="A folder or zip on the server").check()
    path = dialog.get_by_role("textbox", name="Folder or zip")
    path.fill("/etc")
    assert signed_in.complaints == []
    dialog.get_by_role("button", name="Add the source").click()
    expect(path).to_have_accessible_description("This path is outside the folders that may be imported.")
    expect(path).to_have_attribute("aria-invalid", "true")
    assert all("422" in complaint for complaint in signed_in.complaints)
    signed_in.complaints.clear()


def test_an_offer_that_is_dismissed_does_not_come_back(
    signed_in: Visit, oracle: Oracle, counted: str
) -> None:
    page = signed_in.page
    tiny = {"mode": "vup", "source_id": counted, "backbone": "resnet_small", "image_size": 16, "epochs": 1}
    body = {"name": "Tiny", "encoder": {"kind": "pretrain", "config": tiny}}
    oracle.done(oracle.call("POST", f"/projects/{oracle.project}/encoders", json=body)["job_id"])
    signed_in.goto(f"/projects/{oracle.project}")
    offer = page.get_by_role("complementary", name="A new encoder")
    expect(offer).to_contain_text("The encoder Tiny is ready.")
    offer.get_by_role("button", name="Dismiss").click()
    expect(offer).to_have_count(0)
    page.reload()
    expect(page.get_by_role("heading", name="What now?")).to_be_visible()
    expect(offer).to_have_count(0)


def test_only_those_who_may_remove_a_source_are_offered_it(
    visit: Visit, oracle: Oracle, counted: str
) -> None:
    page = visit.page
    link = oracle.call("POST", "/users", json={"name": "guest"})["sign_in_link"]
    member = {"name": "guest", "role": "owner"}
    oracle.call("PUT", f"/projects/{oracle.project}/members", json=member)
    visit.sign_in_by_link(link)
    open_form(visit, oracle)
    expect(page.get_by_role("radio", name="Everybody's")).to_be_visible()
    expect(page.get_by_role("button", name="Remove the source")).to_have_count(0)
    page.get_by_role("button", name="Add a source").click()
    page.get_by_role("dialog").get_by_label("Name", exact=True).fill("Mine")
    page.get_by_role("button", name="Add the source").click()
    page.get_by_role("button", name="Remove the source Mine").click()
    page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    expect(page.get_by_role("radio", name="Mine")).to_have_count(0)
