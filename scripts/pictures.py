"""Take the pictures of README and documentation again: `make pictures`, some minutes.

It starts the demo service on an empty data directory, labels half of a round of its digits in Chromium, and
writes PNGs of the pages and an animated WebP of one step to docs/images, or to the folder that it is given.
"""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from scripts.demo_player import MINUTES, Player
from scripts.motion import Recording
from tests.e2e.browser import IMAGE, IMAGES_LOADED, SCREEN, Visit, launch, new_visit
from tests.service.service import Service

PICTURES = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1] / "docs" / "images")
STEPS_BEFORE = 4
INDICATORS_SHOWN = 4
POINTS_SHOWN = 12
LOOK, LANDED, WAIT, NEXT, RESULT = 650, 180, 250, 900, 3500
"""How long frames of the recording are shown, in milliseconds."""
SETTLED = 400
WAITS_SHOWN = 8
CURVES = "svg[data-points]"
IMAGES_DECODED = """() => Promise.all([...document.images].filter((image) => {
  const { top, width } = image.getBoundingClientRect();
  return width > 0 && top < innerHeight;
}).map((image) => image.decode()))"""


@contextmanager
def demo_service() -> Iterator[Service]:
    """Yield the demo service on a data directory that is removed afterwards."""
    with TemporaryDirectory(prefix="eigenlabel-pictures-") as directory:
        service = Service(Path(directory) / "data", Path(directory))
        service.start("--demo")
        try:
            yield service
        finally:
            service.stop()


@contextmanager
def opened(service: Service) -> Iterator[Visit]:
    """Yield a page in Chromium, at the size and in the colours of the pictures."""
    expect.set_options(timeout=MINUTES * 1000)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        context = browser.new_context(viewport=SCREEN, color_scheme="light", locale="en-GB")
        visit = new_visit(context, service.url)
        context.set_default_timeout(MINUTES * 1000)
        yield visit
        browser.close()


def picture(page: Page, name: str) -> None:
    """Write what the page shows to docs/images."""
    settled(page)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path, animations="disabled")
    with Image.open(path) as taken:
        taken.convert("RGB").save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size:,} bytes", flush=True)


def sign_in(visit: Visit, service: Service) -> None:
    """Sign in by a link, as somebody does who has just started the service."""
    link = service.run("sign-in-link", "admin")
    visit.goto(link[link.index("/sign-in") :])
    expect(visit.page.get_by_role("button", name="sign in")).to_be_visible()
    picture(visit.page, "sign-in")
    visit.sign_in_by_link(link)


def show_images(visit: Visit, player: Player) -> None:
    """Take the page of the images, those with labels."""
    visit.goto(f"/projects/{player.project}/images")
    visit.page.get_by_label("State").select_option("labelled")
    expect(visit.page.locator("main img").nth(40)).to_be_visible()
    picture(visit.page, "images")


def give_indicators(visit: Visit, player: Player) -> None:
    """Give some indicators by hand, take the page, and give the others over HTTP."""
    page = visit.page
    visit.goto(f"/projects/{player.project}/indicators")
    candidates = page.get_by_role("list", name="Candidates").locator("button")
    expect(candidates).to_have_count(30)
    given: dict[str, str] = {}
    for index in range(30):
        source = candidates.nth(index).locator("img").get_attribute("src") or ""
        image_id = source.split("/")[-2]
        digit = player.digits[image_id]
        if digit in given:
            continue
        if len(given) < INDICATORS_SHOWN:
            candidates.nth(index).click()
            page.keyboard.press(digit)
            expect(page.get_by_text(f"{len(given) + 1} of 10 categories")).to_be_visible()
        else:
            player.label(image_id)
        given[digit] = image_id
        if len(given) == INDICATORS_SHOWN:
            picture(page, "indicators")
    player.complete_indicators(set(given))


def start_round(visit: Visit, player: Player) -> str:
    """Take the form of a new round, start one as it proposes, and return its id."""
    visit.goto(f"/projects/{player.project}/round")
    start = visit.page.get_by_role("button", name="Start the round")
    expect(start).to_be_enabled()
    picture(visit.page, "round")
    start.click()
    visit.page.wait_for_url(re.compile("/rounds/.*/annotate"))
    round_id = visit.page.url.split("/")[-2]
    visit.goto(f"/projects/{player.project}")  # the page would hold images that the player is to label
    return round_id


def settled(page: Page) -> None:
    """Wait until every image is there and nothing moves any more."""
    page.wait_for_function(IMAGES_LOADED)
    page.evaluate(IMAGES_DECODED)
    page.wait_for_timeout(SETTLED)


def label_step(visit: Visit, player: Player, recording: Recording, step: int) -> None:
    """Label a step with keys until the next one shows its first image; a few frames show the wait."""
    page, waited = visit.page, 0
    image, following = page.locator(IMAGE), page.get_by_text(f"Step {step + 1} of 9")
    while not (following.is_visible() and image.is_visible()):
        if not image.is_visible():
            if waited < WAITS_SHOWN and page.get_by_text("10 of 10").is_visible():
                recording.show(WAIT)
                waited += 1
            page.wait_for_timeout(WAIT)
            continue
        visit.wait_until_answers_count()
        settled(page)
        recording.show(LOOK)
        shown = visit.shown_image()
        page.keyboard.press(player.digits[shown])
        expect(page.locator(f"{IMAGE}[src*='{shown}']")).to_have_count(0)
        recording.show(LANDED)


def record_step(visit: Visit, player: Player, round_id: str) -> None:
    """Take the annotate page, and record a step until the project page shows what it has brought."""
    page, step = visit.page, STEPS_BEFORE + 1
    visit.goto(f"/rounds/{round_id}/annotate")
    expect(page.get_by_text(f"Step {step} of 9")).to_be_visible()
    visit.wait_until_answers_count()
    picture(page, "annotate")
    recording = Recording(page)
    label_step(visit, player, recording, step)
    visit.wait_until_answers_count()
    settled(page)
    recording.show(NEXT)
    visit.goto(f"/projects/{player.project}")
    expect(page.get_by_text(f"right after {10 * step} labels")).to_be_visible()
    settled(page)
    recording.show(RESULT)
    path = PICTURES / "labelling.webp"
    recording.save(path)
    print(f"{path.name}: {path.stat().st_size:,} bytes, {sum(recording.durations) / 1000:.1f} s")


def show_project(visit: Visit, player: Player) -> None:
    """Take the project page, without and with the menu of exports."""
    visit.goto(f"/projects/{player.project}")
    expect(visit.page.get_by_text("of 1,000 test images right")).to_be_visible()
    picture(visit.page, "project")
    visit.page.locator("summary", has_text="Export").click()
    expect(visit.page.get_by_text("Looking at what there is to export.")).to_have_count(0)
    visit.page.mouse.wheel(0, 260)
    picture(visit.page, "export")


def show_encoders(visit: Visit, player: Player) -> None:
    """Take the list of encoders, and the one that is being pretrained."""
    visit.goto(f"/projects/{player.project}/encoders")
    link = visit.page.get_by_role("link", name="TUP on the digits")
    expect(link).to_be_visible()
    picture(visit.page, "encoders")
    link.click()
    enough = f"least => [...document.querySelectorAll('{CURVES}')].some(one => one.dataset.points > least)"
    visit.page.wait_for_function(enough, arg=POINTS_SHOWN)
    picture(visit.page, "pretraining")


def main() -> None:
    """Take all pictures."""
    with demo_service() as service, opened(service) as visit:
        sign_in(visit, service)
        player = Player.of_demo(service)
        give_indicators(visit, player)
        round_id = start_round(visit, player)
        player.play(round_id, STEPS_BEFORE)
        record_step(visit, player, round_id)
        show_project(visit, player)
        show_images(visit, player)
        show_encoders(visit, player)
        if visit.complaints:
            print("\n".join(visit.complaints))


if __name__ == "__main__":
    main()
