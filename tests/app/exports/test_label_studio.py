"""What Label Studio gets: its config, tasks whose images it can show, and that a real one takes them."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient
from playwright.sync_api import Page, sync_playwright
from sqlalchemy import update

from app.core.config import get_settings
from app.core.database import write_session
from app.core.models import Category
from app.core.storage import get_storage
from app.core.storage.keys import image_key
from app.exports.label_studio import choice, label_studio_config
from tests.app.exports.conftest import publish
from tests.app.images.files import png
from tests.app.labelling_factory import Labelling
from tests.app.live_server import serving
from tests.e2e.browser import launch
from tests.servers import label_studio
from tests.servers.label_studio import LabelStudio

API = "/api/v1"
NAMES = ["=cmd()|' /C calc'!A0", '<img src=x onerror="alert(1)"> & "Müll"']


def exported(client: TestClient, made: Labelling, kind: str) -> str:
    answer = client.get(f"{API}/projects/{made.project_id}/export?format={kind}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-disposition"].startswith("attachment")
    return answer.text


def test_the_config_offers_every_category(olga: TestClient, labelled: Labelling) -> None:
    view = ElementTree.fromstring(exported(olga, labelled, "labelstudio-config"))
    names = [each["name"] for each in olga.get(f"{API}/projects/{labelled.project_id}").json()["categories"]]
    assert [each.get("value") for each in view.iter("Choice")] == names
    image, choices = view.find("Image"), view.find("Choices")
    assert image is not None
    assert choices is not None
    assert image.get("value") == "$image"
    tasks = json.loads(exported(olga, labelled, "labelstudio"))
    results = [
        result
        for task in tasks
        for each in task["annotations"] + task["predictions"]
        for result in each["result"]
    ]
    assert {result["from_name"] for result in results} == {choices.get("name")}
    assert {result["to_name"] for result in results} == {image.get("name"), choices.get("toName")}
    assert {result["value"]["choices"][0] for result in results} <= set(names)


@pytest.mark.parametrize(
    ("category", "kept"),
    [
        ("$x", "＄x"),
        ("a$", "a$"),
        ("a\x00\x0b\ufffeb", "ab"),
        ("a\n b", "a b"),
        ("\x01", "_"),
        ("Müll", "Müll"),
    ],
)
def test_a_choice_is_what_the_config_can_say(category: str, kept: str) -> None:
    assert choice(category) == kept
    view = ElementTree.fromstring(label_studio_config([category, category]))
    assert [each.get("value") for each in view.iter("Choice")] == [kept]


def test_annotators_get_neither(anna: TestClient, labelled: Labelling) -> None:
    for kind in ("labelstudio", "labelstudio-config"):
        assert anna.get(f"{API}/projects/{labelled.project_id}/export?format={kind}").status_code == 403


def stored(client: TestClient, made: Labelling) -> Labelling:
    """Return the project with files behind its images and names that are hard to escape."""
    with write_session() as session:
        for category_id, name in zip(made.categories, [NAMES[0], "$x"], strict=True):
            session.execute(update(Category).where(Category.id == category_id).values(name=name))
    for number, item in enumerate(client.get(f"{API}/projects/{made.project_id}/images").json()["items"]):
        get_storage().put(image_key(item["sha256"]), png(number))
    publish(made, 1, [[0.75, 0.25]] * 5)
    return made


def shown(page: Page) -> tuple[list[str], int]:
    """Return the choices that are made on the page of a task, and the width of the image on it."""
    page.wait_for_function("() => document.querySelector('img[src^=blob]')?.naturalWidth > 0")
    page.wait_for_selector("input[type=checkbox]:checked, input[type=radio]:checked")
    chosen = page.evaluate("() => [...document.querySelectorAll('input:checked')].map((each) => each.name)")
    width = page.evaluate("() => document.querySelector('img[src^=blob]').naturalWidth")
    return [name for name in chosen if name], width


def open_tasks(studio: LabelStudio, project: int, tasks: list[int]) -> dict[int, tuple[list[str], int]]:
    """Return what a person who is signed in there sees of each task."""
    seen = {}
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        page.set_default_timeout(120_000)
        page.goto(f"{studio.url}/user/login")
        page.fill("#email", label_studio.EMAIL)
        page.fill("#password", label_studio.PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url(lambda url: "/user/login" not in url)
        for task in tasks:
            page.goto(f"{studio.url}/projects/{project}/data?task={task}")
            seen[task] = shown(page)
        browser.close()
    return seen


@pytest.mark.slow
@pytest.mark.e2e
@pytest.mark.timeout(1800)
@pytest.mark.only("sqlite", "it is about Label Studio")
@pytest.mark.skipif(label_studio.PROGRAM is None, reason="Label Studio is not installed: see tests/servers")
def test_an_unmodified_label_studio_takes_it(
    olga: TestClient, labelled: Labelling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = stored(olga, labelled)
    config = exported(olga, made, "labelstudio-config")
    (tmp_path / "studio").mkdir()
    with serving() as port, label_studio.running(tmp_path / "studio") as studio:
        monkeypatch.setenv("EIGENLABEL_PUBLIC_URL", f"http://127.0.0.1:{port}")
        get_settings.cache_clear()
        tasks: list[dict[str, Any]] = json.loads(exported(olga, made, "labelstudio"))
        project = studio.call("POST", "/api/projects", json={"title": "Digits", "label_config": config})["id"]
        taken = studio.call("POST", f"/api/projects/{project}/import?return_task_ids=true", json=tasks)
        assert (taken["task_count"], taken["annotation_count"], taken["prediction_count"]) == (5, 3, 5)
        back = studio.call("GET", f"/api/projects/{project}/export?exportType=JSON&download_all_tasks=true")
        answers = {task["data"]["image_id"]: task for task in back}
        for task in tasks:
            same = answers[task["data"]["image_id"]]
            assert same["data"] == task["data"]
            assert [each["result"][0]["value"] for each in same["annotations"]] == [
                each["result"][0]["value"] for each in task["annotations"]
            ]
        seen = open_tasks(studio, project, taken["task_ids"][:2])
    assert list(seen.values()) == [([NAMES[0]], 24), (["＄x"], 24)]
