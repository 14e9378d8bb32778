"""Every page in both themes: it shows, complains of nothing, and a picture is kept to be looked at."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.browser import IMAGE, SCREEN, Visit, new_visit
from tests.service.oracle import Oracle, digit_of
from tests.service.service import Service

pytestmark = pytest.mark.e2e


AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
RUN_AXE = """async () => (await axe.run()).violations.map(
    ({ id, impact, nodes }) => `${impact}: ${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`
)"""


def barriers(page: Page) -> list[str]:
    """Return what axe finds on the page that keeps people out: impact, rule and elements."""
    page.evaluate(AXE.read_text())
    return list(page.evaluate(RUN_AXE))


def walk(visit: Visit, oracle: Oracle, round_id: str, theme: str) -> None:
    """Show every page of a project whose round is at its second step."""
    page, project = visit.page, f"/projects/{oracle.project}"

    def keep(name: str, *, whole: bool = False) -> None:
        page.wait_for_load_state("load")
        visit.screenshot(f"{name}-{theme}", whole=whole)
        assert barriers(page) == [], name

    visit.goto("/")
    expect(page.get_by_role("link", name="Digits").first).to_be_visible()
    keep("projects")
    page.get_by_role("button", name="New project").click()
    keep("new-project")
    visit.goto(project)
    right = share_right(oracle)
    expect(page.get_by_text("test images right after")).to_contain_text(right)
    page.locator("summary", has_text="Export").click()
    expect(page.get_by_text("Predictions of round 1, step 1")).to_contain_text(right)
    expect(page.get_by_text("missing from storage")).to_have_count(0)
    keep("export")
    page.keyboard.press("Escape")
    keep("project", whole=True)
    measured = curve(oracle, round_id)
    expect(accuracy(page).locator("svg circle")).to_have_count(len(measured))
    assert drawn(page) == [pytest.approx(point) for point in measured]
    page.get_by_role("button", name="Show as a table").click()
    expect(page.get_by_role("cell", name="Indicators only")).to_be_visible()
    rows = accuracy(page).get_by_role("row").all()[1:]
    said = [row.get_by_role("cell").all_inner_texts()[1:3] for row in rows]
    assert said == [[str(spent), f"{100 * share:.1f}%"] for spent, share in measured]
    visit.goto(f"{project}/images")
    page.get_by_role("button", name="0-0000.png").click()
    expect(page.get_by_role("dialog").get_by_role("img")).to_be_visible()
    keep("image")
    page.keyboard.press("Escape")
    keep("images")
    visit.goto(f"{project}/indicators")
    expect(page.get_by_role("list", name="Candidates")).to_be_visible(timeout=90_000)
    keep("indicators")
    visit.goto(f"{project}/encoders")
    expect(page.get_by_role("cell", name="Comes with the service")).to_be_visible()
    keep("encoders", whole=True)
    page.get_by_role("radio", name="Another encoder by name").check()
    expect(page.get_by_label("Encoder", exact=True)).to_have_value("vit_small_patch14_dinov2.lvd142m")
    expect(page.get_by_label("Image size")).to_have_value("224")
    keep("encoder-by-name", whole=True)
    page.get_by_role("radio", name="A checkpoint of others").check()
    page.get_by_label("File").fill("moco.pth.tar")
    keep("checkpoint", whole=True)
    page.get_by_role("button", name="Prepare").click()
    expect(page.get_by_role("row", name="moco.pth.tar")).to_contain_text("weights folder", timeout=30_000)
    page.get_by_role("link", name="Pretrain an encoder").click()
    page.get_by_text("Advanced").click()
    keep("pretrain", whole=True)
    page.get_by_role("button", name="Add a source").click()
    page.get_by_role("radio", name="A public data set").check()
    keep("add-source")
    page.keyboard.press("Escape")
    visit.goto(f"{project}/settings")
    expect(page.get_by_role("heading", name="Members")).to_be_visible()
    keep("settings", whole=True)
    visit.goto(f"{project}/round")
    page.get_by_text("Advanced").click()
    keep("round", whole=True)
    visit.goto(f"/rounds/{round_id}/annotate")
    expect(page.locator(IMAGE)).to_be_visible()
    keep("annotate")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_visible()
    keep("keys")
    visit.goto("/account")
    expect(page.get_by_role("heading", name="API tokens")).to_be_visible()
    keep("account")
    visit.goto("/users")
    expect(page.get_by_role("cell", name="admin (you)")).to_be_visible()
    keep("users")


def curve(oracle: Oracle, round_id: str) -> list[tuple[int, float]]:
    """Return (labels spent beside the indicators, accuracy) of the steps that the API has measured."""
    indicators = oracle.call("GET", f"/projects/{oracle.project}")["counts"]["indicators"]
    steps = [step for step in oracle.call("GET", f"/rounds/{round_id}/steps") if step["accuracy"]]
    assert len(steps) > 1
    return [(step["labels"] - indicators, step["accuracy"]["top1"]) for step in steps]


def accuracy(page: Page) -> Locator:
    """Return the part of a project's page that says how good its models are."""
    return page.locator("section", has=page.get_by_role("heading", name="How good is it?"))


def drawn(page: Page) -> list[tuple[float, float]]:
    """Return (labels, accuracy) of the points of the chart, read off its axes."""

    def read_axis(at: str, anchor: str, offset: float) -> Callable[[str], float]:
        ticks = (
            accuracy(page)
            .locator(f"svg text[text-anchor='{anchor}']", has_text=re.compile(r"^\s*\d+%?\s*$"))
            .all()
        )
        places = [float(tick.get_attribute(at) or "") + offset for tick in ticks]
        values = [float((tick.text_content() or "").strip().removesuffix("%")) for tick in ticks]
        scale = (values[-1] - values[0]) / (places[-1] - places[0])
        return lambda place: values[0] + (float(place) - places[0]) * scale

    labels, share = read_axis("x", "middle", 0), read_axis("y", "end", -4)
    places = [
        (each.get_attribute("cx"), each.get_attribute("cy"))
        for each in accuracy(page).locator("svg circle").all()
    ]
    return [(labels(x or ""), share(y or "") / 100) for x, y in places]


def share_right(oracle: Oracle) -> str:
    """Return how many of the exported predictions of test images are right, as the browser writes it."""
    answer = oracle.api.get(f"/projects/{oracle.project}/export", params={"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    right = [row["predicted_category"] == digit_of(row["filename"]) for row in rows if row["split"] == "test"]
    return f"{100 * sum(right) / len(right):.1f}%"


@pytest.fixture(scope="module")
def played(service: Service, digits: Path) -> tuple[Oracle, str]:
    """Return an oracle whose round has come to its second step, and the round's id."""
    oracle = Oracle(service.client())
    oracle.new_collection(digits)
    encoder = oracle.bundled_encoder()
    oracle.give_indicators()
    round_id = str(oracle.start_round(encoder, [1, 1, 1])["id"])
    oracle.play(round_id, until_step=2)
    return oracle, round_id


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_shows_without_complaint(
    browser: Browser, service: Service, played: tuple[Oracle, str], theme: str
) -> None:
    context = browser.new_context(viewport=SCREEN, color_scheme=theme)  # type: ignore[arg-type]
    visit = new_visit(context, service.url)
    visit.goto("/")
    expect(visit.page.get_by_role("heading", name="Sign in")).to_be_visible()
    visit.screenshot(f"sign-in-{theme}")
    visit.sign_in_by_link(service.run("sign-in-link", "admin"))
    walk(visit, *played, theme)
    context.close()
    assert visit.complaints == []


def test_a_chosen_theme_stays_and_never_flashes(signed_in: Visit) -> None:
    page = signed_in.page
    page.get_by_role("button", name="Theme: As the system").click()
    page.get_by_role("button", name="Theme: Light").click()
    expect(page.get_by_role("button", name="Theme: Dark")).to_be_visible()
    page.reload(wait_until="commit")
    page.wait_for_function("() => document.documentElement?.dataset.theme === 'dark'")
    background = "() => getComputedStyle(document.documentElement).colorScheme"
    assert page.evaluate(background) == "dark"
