"""One evolution step labelled in a real browser with the keyboard alone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.browser import IMAGE, Visit
from tests.service.oracle import DIGITS, Oracle, digit_of
from tests.service.service import wait_until

pytestmark = pytest.mark.e2e
MEASURES = (
    """() => performance.getEntriesByName('eigenlabel.gesture-to-paint').map((entry) => entry.duration)"""
)


def progress(page: Page, done: int, asked: int = 10) -> None:
    """Expect the header to count this many answers of the step."""
    expect(page.get_by_test_id("step-progress")).to_have_text(f"{done} of {asked}")


def digit_shown(visit: Visit, oracle: Oracle) -> str:
    """Return the digit that the image before the annotator shows."""
    return digit_of(oracle.call("GET", f"/images/{visit.shown_image()}")["filename"])


def label(visit: Visit, oracle: Oracle) -> str:
    """Press the right key, wait for the next image or a wait, and return the image that was labelled."""
    visit.wait_until_answers_count()
    image_id = visit.shown_image()
    visit.page.keyboard.press(digit_shown(visit, oracle))
    expect(visit.page.locator(f"{IMAGE}[src*='{image_id}']")).to_have_count(0)
    return image_id


def live_labels(oracle: Oracle, round_id: str) -> list[tuple[str, str | None]]:
    """Return (image, category or skip) of each standing answer in the round, newest first."""
    names = {category: name for name, category in oracle.categories().items()}
    return [
        (each["image_id"], names.get(each["category_id"], each["skip"]))
        for each in oracle.items(f"/rounds/{round_id}/my-annotations")
    ]


def test_a_step_is_labelled_with_the_keyboard_alone(signed_in: Visit, started: tuple[Oracle, str]) -> None:
    visit, page = signed_in, signed_in.page
    oracle, round_id = started
    visit.goto(f"/rounds/{round_id}/annotate")
    expect(page.locator(IMAGE)).to_be_visible()
    expect(page.get_by_text("Step 1 of 2")).to_be_visible()
    progress(page, 0)

    first = visit.shown_image()
    wrong = next(digit for digit in DIGITS if digit != digit_shown(visit, oracle))
    visit.wait_until_answers_count()
    page.keyboard.press(wrong)
    visit.wait_for_other_image(first)
    progress(page, 1)

    page.keyboard.press("z")
    expect(page.locator(f"{IMAGE}[src*='{first}']")).to_be_visible()
    progress(page, 0)
    label(visit, oracle)
    progress(page, 1)

    visit.wait_until_answers_count()
    second = visit.shown_image()
    page.keyboard.press(wrong)
    visit.wait_for_other_image(second)
    progress(page, 2)
    page.reload()
    expect(page.locator(IMAGE)).to_be_visible()
    progress(page, 2)
    visit.wait_until_answers_count()
    page.keyboard.press("z")
    expect(page.locator(f"{IMAGE}[src*='{second}']")).to_be_visible()
    progress(page, 1)
    expect(page.get_by_text("stands for")).to_be_visible()
    label(visit, oracle)

    visit.wait_until_answers_count()
    broken = visit.shown_image()
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="Skip, because it is")).to_be_visible()
    visit.wait_until_answers_count()
    page.keyboard.press("3")
    visit.wait_for_other_image(broken)
    progress(page, 2)

    for _ in range(8):
        label(visit, oracle)
    visit.screenshot("waiting")
    expect(page.get_by_text("Step 2 of 2")).to_be_visible(timeout=60_000)
    expect(page.locator(IMAGE)).to_be_visible()
    progress(page, 0)

    answers = live_labels(oracle, round_id)
    assert (broken, "broken") in answers
    labelled = [(image, name) for image, name in answers if name != "broken"]
    assert len(labelled) == len({image for image, _ in labelled}) == 10
    shown = {image["id"]: digit_of(image["filename"]) for image in oracle.items(images(oracle))}
    assert all(shown[image] == name for image, name in labelled)

    oracle.play(round_id)
    expect(page.get_by_role("heading", name="The round is done")).to_be_visible()
    expect(page.get_by_text("test images right after 20 labels")).to_be_visible()
    visit.screenshot("finished")


def images(oracle: Oracle) -> str:
    """Return the path of the project's images."""
    return f"/projects/{oracle.project}/images"


@pytest.mark.alone
def test_the_next_image_is_painted_at_once(
    signed_in: Visit, started: tuple[Oracle, str], capsys: pytest.CaptureFixture[str]
) -> None:
    visit, page = signed_in, signed_in.page
    oracle, round_id = started
    visit.goto(f"/rounds/{round_id}/annotate")
    expect(page.locator(IMAGE)).to_be_visible()
    for _ in range(9):
        label(visit, oracle)
    durations = sorted(page.evaluate(MEASURES))
    assert len(durations) == 9
    with capsys.disabled():
        print(f"\ngesture to paint: median {durations[4]:.0f} ms, slowest {durations[-1]:.0f} ms")  # noqa: T201
    assert durations[-1] < 1000


def test_the_mouse_does_not_get_in_the_way_of_keys(signed_in: Visit, started: tuple[Oracle, str]) -> None:
    page, (oracle, round_id) = signed_in.page, started
    signed_in.goto(f"/rounds/{round_id}/annotate")
    expect(page.locator(IMAGE)).to_be_visible()
    signed_in.wait_until_answers_count()
    image_id = signed_in.shown_image()
    page.get_by_role("list", name="Categories").get_by_role("button").nth(7).click()
    signed_in.wait_for_other_image(image_id)
    page.keyboard.press("Space")
    expect(page.get_by_role("heading", name="Skip, because it is")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("list", name="Categories")).to_be_visible()
    expect(page.get_by_test_id("step-progress")).to_have_text("1 of 10")
    assert live_labels(oracle, round_id) == [(image_id, "7")]


def test_leaving_gives_the_images_back(signed_in: Visit, started: tuple[Oracle, str]) -> None:
    page, (_, round_id) = signed_in.page, started
    signed_in.goto(f"/rounds/{round_id}/annotate")
    expect(page.locator(IMAGE)).to_be_visible()
    with page.expect_response("**/leases/release") as release:
        page.get_by_role("link", name="Digits").click()
    assert release.value.status == 204


def test_a_long_list_is_searched_by_name(signed_in: Visit, administrator: Oracle, digits: Path) -> None:
    page, oracle = signed_in.page, Oracle(administrator.api)
    names = [f"kind {number}" for number in range(12)]
    body = {"name": "Long list", "categories": names}
    oracle.project = oracle.call("POST", "/projects", json=body)["id"]
    oracle.import_folder(digits / "pool" / "0", "pool")
    made = oracle.start_round(oracle.bundled_encoder(), [1])
    oracle.done(made["job_id"], 200)
    signed_in.goto(f"/rounds/{made['id']}/annotate")
    expect(page.locator(IMAGE)).to_be_visible()
    for keys in (["/", "1", "1", "Enter"], ["ArrowDown", "ArrowDown", "Enter"], ["4"]):
        signed_in.wait_until_answers_count()
        image_id = signed_in.shown_image()
        for key in keys:
            page.keyboard.press(key)
        signed_in.wait_for_other_image(image_id)
    signed_in.screenshot("long-list")
    expect(page.get_by_test_id("step-progress")).to_have_text("3 of 12")
    assert [name for _, name in live_labels(oracle, made["id"])] == ["kind 3", "kind 2", "kind 11"]


def test_answers_given_while_the_service_is_away_are_sent_later(
    signed_in: Visit, started: tuple[Oracle, str]
) -> None:
    visit, page = signed_in, signed_in.page
    oracle, round_id = started
    visit.goto(f"/rounds/{round_id}/annotate")
    expect(page.locator(IMAGE)).to_be_visible()
    page.context.route("**/annotation", lambda route: route.abort())
    first = label(visit, oracle)
    second = label(visit, oracle)
    expect(page.get_by_text("2 answers not saved yet")).to_be_visible()
    assert live_labels(oracle, round_id) == []
    page.context.unroute("**/annotation")
    page.reload()
    expect(page.get_by_text("2 of 10")).to_be_visible()
    expect(page.get_by_text("not saved yet")).to_have_count(0)
    wait_until(lambda: {image for image, _ in live_labels(oracle, round_id)} == {first, second}, 20)

    lost: list[int] = []

    def lose_the_first_reply(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        return route.abort()

    page.context.route("**/annotation?*", lose_the_first_reply)
    visit.wait_until_answers_count()
    with page.expect_response("**/annotation?*") as undone:
        page.keyboard.press("z")
    assert (lost, undone.value.status) == ([200], 200)
    expect(page.get_by_text("1 of 10")).to_be_visible()
    expect(page.get_by_text("not saved")).to_have_count(0)
    assert [image for image, _ in live_labels(oracle, round_id)] == [first]
    visit.complaints[:] = [text for text in visit.complaints if "ERR_FAILED" not in text]
