"""What one click does: it can be undone, or it is asked first; and what was typed is kept."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.browser import PASSWORD, Visit
from tests.service.oracle import Oracle

pytestmark = pytest.mark.e2e


def category(oracle: Oracle, name: str) -> dict[str, object]:
    """Return the category of that name."""
    listed = oracle.call("GET", f"/projects/{oracle.project}/categories")["items"]
    return next(dict(each) for each in listed if each["name"] == name)


def files_dropped_on_the_header(page: Page) -> bool:
    """Return whether the page would be left for a file that is dropped on its header."""
    return bool(
        page.evaluate("""() => {
            const files = new DataTransfer();
            files.items.add(new File(['x'], 'x.png', { type: 'image/png' }));
            const drop = new DragEvent('drop', { dataTransfer: files, bubbles: true, cancelable: true });
            return document.querySelector('header').dispatchEvent(drop);
        }""")
    )


def test_what_is_done_by_one_click_can_be_undone(signed_in: Visit, oracle: Oracle) -> None:
    page, project = signed_in.page, f"/projects/{oracle.project}"
    oracle.give_indicators()
    before = category(oracle, "3")
    signed_in.goto(f"{project}/settings")
    row = page.get_by_role("row").filter(has=page.get_by_label("Name of 3", exact=True))
    row.get_by_role("button", name="Archive").dblclick()
    expect(page.get_by_role("button", name="Bring 3 back")).to_be_visible()
    assert category(oracle, "3")["archived"]
    assert not category(oracle, "4")["archived"], "the second click met the row that had moved up"
    page.get_by_role("link", name="Images").click()
    with page.expect_response(lambda answer: answer.request.method == "PATCH"):
        page.get_by_role("button", name="Undo").click()
    assert category(oracle, "3") == before

    image = page.get_by_role("button", name=re.compile(r"\b5-0001\.png"))
    image.first.click()
    page.get_by_role("button", name="Delete image").click()
    expect(image).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(image.first).to_be_visible()
    image.first.click()
    page.get_by_role("button", name="Delete image").click()
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.get_by_role("button", name="Dismiss").click()
    page.reload()
    expect(page.get_by_role("button", name=re.compile(r"\b5-0000\.png")).first).to_be_visible()
    expect(image).to_have_count(0)


def undo(page: Page) -> None:
    """Take back what was done last; returns when the service has heard of it."""
    with page.expect_response(lambda answer: answer.request.method in {"PUT", "PATCH", "POST"}):
        page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)


def test_a_deleted_category_comes_back_as_it_was(signed_in: Visit, oracle: Oracle) -> None:
    page = signed_in.page
    before = category(oracle, "6")
    signed_in.goto(f"/projects/{oracle.project}/settings")
    name = page.get_by_label("Name of 6", exact=True)
    page.get_by_role("row").filter(has=name).get_by_role("button", name="Delete").click()
    expect(page.get_by_text("6 was deleted.")).to_be_visible()
    expect(name).to_have_count(0)
    undo(page)
    expect(name).to_be_visible()
    assert category(oracle, "6") | {"id": ""} == before | {"id": ""}


def test_what_is_done_to_people_can_be_undone_or_is_asked(signed_in: Visit, oracle: Oracle) -> None:
    page, project, who = signed_in.page, f"/projects/{oracle.project}", "mallow"
    user = oracle.call("POST", "/users", json={"name": who, "password": PASSWORD})["user"]
    oracle.call("PUT", f"{project}/members", json={"name": who, "role": "reviewer"})

    def role() -> str | None:
        members = oracle.call("GET", f"{project}/members")["items"]
        return next((each["role"] for each in members if each["name"] == who), None)

    def of_user(field: str) -> object:
        return next(each for each in oracle.items("/users") if each["id"] == user["id"])[field]

    signed_in.goto(f"{project}/settings")
    choice = page.get_by_label(f"Role of {who}")
    choice.select_option("owner")
    expect(page.get_by_text(f"{who} is owner now.")).to_be_visible()
    assert role() == "owner"
    undo(page)
    assert role() == "reviewer"
    page.get_by_role("row").filter(has=choice).get_by_role("button", name="Remove").click()
    expect(choice).to_have_count(0)
    assert role() is None
    undo(page)
    expect(choice).to_have_value("reviewer")
    assert role() == "reviewer"

    signed_in.goto("/users")
    choice.select_option("admin")
    expect(page.get_by_text(f"{who} is admin now.")).to_be_visible()
    assert of_user("role") == "admin"
    undo(page)
    assert of_user("role") == "member"
    row = page.get_by_role("row").filter(has=choice)
    row.get_by_role("button", name="Switch off").click()
    dialog = page.get_by_role("dialog", name=f"Switch {who} off?")
    dialog.get_by_role("button", name="Leave them on").click()
    assert of_user("active") is True
    row.get_by_role("button", name="Switch off").click()
    dialog.get_by_role("button", name="Switch off").click()
    row.get_by_role("button", name="Switch on").click()
    expect(row.get_by_role("button", name="Switch off")).to_be_visible()
    assert of_user("active") is True


def test_a_token_is_deleted_after_a_question(signed_in: Visit, oracle: Oracle) -> None:
    page = signed_in.page
    oracle.call("POST", "/tokens", json={"name": "script"})

    def names() -> list[str]:
        return [each["name"] for each in oracle.items("/tokens") if each["name"] == "script"]

    signed_in.goto("/account")
    delete = page.get_by_role("button", name="Delete the token script")
    delete.click()
    dialog = page.get_by_role("dialog", name="Delete the token?")
    page.keyboard.press("Space")
    expect(dialog).to_have_count(0)
    assert names() == ["script"]
    delete.click()
    dialog.get_by_role("button", name="Delete it").click()
    expect(delete).to_have_count(0)
    assert names() == []


def test_what_cannot_be_undone_is_asked(signed_in: Visit, started: tuple[Oracle, str]) -> None:
    page, (oracle, round_id) = signed_in.page, started
    signed_in.goto(f"/projects/{oracle.project}")
    page.get_by_role("button", name="Stop").click()
    dialog = page.get_by_role("dialog", name="Stop the round?")
    expect(dialog.get_by_role("button", name="Let it run")).to_be_focused()
    page.keyboard.press("Space")
    expect(dialog).to_have_count(0)
    assert oracle.call("GET", f"/rounds/{round_id}")["state"] == "labelling"
    page.get_by_role("button", name="Stop").click()
    dialog.get_by_role("button", name="Stop the round").click()
    expect(page.get_by_role("cell", name="Cancelled").first).to_be_visible()


def test_a_dialog_keeps_what_was_typed(signed_in: Visit) -> None:
    page = signed_in.page
    page.get_by_role("button", name="New project").click()
    page.keyboard.type("My photos")
    name = page.get_by_label("Name")
    expect(name).to_have_value("My photos")
    page.mouse.click(5, 5)
    expect(page.get_by_text("What you entered is not saved")).to_be_visible()
    page.get_by_role("button", name="Go on editing").click()
    expect(name).to_have_value("My photos")
    assert not files_dropped_on_the_header(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_signing_in_starts_in_the_name(visit: Visit) -> None:
    visit.goto("/sign-in")
    expect(visit.page.get_by_label("Name")).to_be_focused()
