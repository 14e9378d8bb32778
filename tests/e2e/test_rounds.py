"""Choosing how a round asks and learns, in a real browser."""

import re
from typing import get_args

import pytest
from playwright.sync_api import Page, expect

from ml.config import Strategy
from tests.e2e.browser import IMAGE, Visit
from tests.service.oracle import Oracle, digit_of

pytestmark = pytest.mark.e2e


def open_form(visit: Visit, oracle: Oracle) -> None:
    """Open the form of a round with everything that can be chosen."""
    visit.goto(f"/projects/{oracle.project}/round")
    visit.page.get_by_text("Advanced").click()


def choose(page: Page, strategy: str, head: str | None = None) -> None:
    """Choose a strategy, and how the last layer learns."""
    page.get_by_role("radio", name=strategy, exact=True).check()
    if head:
        page.get_by_role("radio", name=head, exact=True).check()


def stored(oracle: Oracle) -> dict[str, dict[str, object]]:
    """Return the configuration of the project's only round."""
    (made,) = oracle.items(f"/projects/{oracle.project}/rounds")
    return dict(made["config"])


@pytest.fixture
def prepared(oracle: Oracle) -> Oracle:
    """Return an oracle whose project is ready for its first round."""
    oracle.bundled_encoder()
    oracle.give_indicators()
    return oracle


def test_a_round_asks_and_learns_as_it_was_chosen(signed_in: Visit, prepared: Oracle) -> None:
    page = signed_in.page
    newest = prepared.bundled_encoder(32)  # which the form chooses, so that the other is left
    older, _ = (each["id"] for each in prepared.items(f"/projects/{prepared.project}/encoders"))
    images = prepared.items(f"/projects/{prepared.project}/images", split="pool")
    names = [image["filename"] for image in images]
    given = {digit_of(name): name for name in reversed(names)}.values()
    prepared.give_indicators([name for name in sorted(names) if name not in given][::3])
    open_form(signed_in, prepared)
    compared = page.get_by_role("region", name="Encoders on your labels so far")
    expect(compared.get_by_role("row")).to_have_count(3)
    average = page.get_by_label("Average with")
    page.get_by_role("radio", name="The whole model", exact=True).check()
    expect(average).to_be_disabled()
    page.get_by_role("radio", name="Only the last layer").check()
    average.select_option(older)
    expect(page.get_by_role("group", name="Recommended").get_by_role("radio")).to_be_checked()
    choose(page, "TypiClust", "Nearest mean")
    expect(page.get_by_text("Which image stands for a cluster")).to_have_count(0)
    expect(compared.get_by_text(re.compile(r"% ± \d+ of \d+ labels"))).to_have_count(2, timeout=120_000)
    expect(compared.get_by_text(re.compile("^e (and e: no difference|is right more often)"))).to_be_visible()
    signed_in.screenshot("round-strategies", whole=True)
    page.get_by_role("button", name="Start the round").click()
    expect(page).to_have_url(re.compile("/annotate$"))
    config = stored(prepared)
    assert config["strategy"]["kind"] == "typiclust"
    assert (config["finetune"]["kind"], config["finetune"]["head"]) == ("frozen", "nearest_mean")
    assert (config["encoder_id"], config["second_encoder_id"]) == (newest, older)
    signed_in.goto(f"/projects/{prepared.project}")
    expect(page.get_by_role("cell", name="TypiClust, nearest mean, two encoders")).to_be_visible()
    expect(
        page.get_by_text(
            "Images are chosen by TypiClust; only the last layer learns from the answers, by nearest mean."
        )
    ).to_be_visible()
    signed_in.screenshot("round-named", whole=True)


def test_an_image_drawn_by_lot_stands_for_those_nearest_to_it(signed_in: Visit, prepared: Oracle) -> None:
    page = signed_in.page
    open_form(signed_in, prepared)
    choose(page, "Random", "Logistic regression")
    page.get_by_role("button", name="Start the round").click()
    expect(page.locator(IMAGE)).to_be_visible(timeout=90_000)
    expect(page.get_by_text("nearest to it")).to_be_visible()
    signed_in.screenshot("drawn-by-lot")
    assert stored(prepared)["strategy"] == {"kind": "random"}


def test_a_head_is_chosen_for_the_last_layer_alone(signed_in: Visit, prepared: Oracle) -> None:
    page = signed_in.page
    open_form(signed_in, prepared)
    heads = page.get_by_role("group", name="How the last layer learns")
    expect(heads.get_by_role("radio")).to_have_count(6)
    page.get_by_role("radio", name="The whole model", exact=True).check()
    expect(heads).to_have_count(0)
    page.get_by_role("radio", name="The whole model, with unlabelled images").check()
    thresholds = page.get_by_role("group", name="Which unlabelled images count").get_by_role("radio")
    expect(thresholds).to_have_count(3)


def test_a_strategy_is_chosen_with_the_keyboard(signed_in: Visit, prepared: Oracle) -> None:
    page = signed_in.page
    open_form(signed_in, prepared)
    radios = page.get_by_role("group", name="Strategy: which images are asked about").get_by_role("radio")
    strategies = len(get_args(get_args(Strategy)[0]))
    expect(radios).to_have_count(strategies)
    radios.first.focus()
    for _ in range(strategies - 1):
        page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Random")).to_be_checked()
    expect(page.get_by_role("radio", name="Random")).to_have_accessible_description(
        "Draws images by lot: what every other strategy has to beat."
    )
