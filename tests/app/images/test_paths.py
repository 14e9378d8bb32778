"""Where files lay: kept for owners and reviewers, kept from annotators, for folders name classes."""

import re
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.core.database import write_session
from app.core.models import Image, Job, Source
from app.images.import_checkpoint import resume
from tests.app.examples import walk
from tests.app.exports.conftest import publish
from tests.app.images.files import new_project, png, send, zipped
from tests.app.labelling_factory import Labelling

API = "/api/v1"


def paths(client: TestClient, project: str, **query: str) -> list[str | None]:
    answer = client.get(f"{API}/projects/{project}/images", params=query)
    assert answer.status_code == 200, answer.text
    return [item["path"] for item in answer.json()["items"]]


def test_files_of_one_name_are_told_apart_by_their_folders(client: TestClient) -> None:
    project = new_project(client)
    folders = {f"photos/{name}/0000.png": png(number) for number, name in enumerate(["cat", "dog"])}
    zipped_too = zipped({"more/cat/0000.png": png(2), "more/0000.png": png(3)})
    assert (
        send(client, project, folders | {"more.zip": zipped_too, "0000.png": png(4)}).json()["created"] == 5
    )
    kept = ["photos/cat/0000.png", "photos/dog/0000.png", "more/0000.png", "more/cat/0000.png", "0000.png"]
    assert paths(client, project) == kept
    items = client.get(f"{API}/projects/{project}/images").json()["items"]
    assert {item["filename"] for item in items} == {"0000.png"}
    assert client.get(f"{API}/images/{items[0]['id']}").json()["path"] == kept[0]


def test_a_file_that_comes_twice_keeps_its_first_path(client: TestClient) -> None:
    project = new_project(client)
    send(client, project, {"first/a.png": png(), "second/b.png": png()})
    assert send(client, project, {"third/c.png": png()}).json()["duplicates"] == 1
    assert paths(client, project) == ["first/a.png"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.png", "etc/passwd.png"),
        ("/srv/cat/./b.png", "srv/cat/b.png"),
        ("cat\\..\\x.png", "cat/x.png"),
        ("photos/C:/cat/a.png", "photos/cat/a.png"),
        ("cat\u202e/x\u202egnp.png", "cat/xgnp.png"),
        ("Cafe\u0301/Mu\u0308ll.png", "Café/Müll.png"),
        ("cat/a\x7fb.png", "cat/ab.png"),
        ("x" * 300 + "/" + "y" * 300 + ".png", "x" * 200 + "/" + "y" * 196 + ".png"),
        ("/".join("abcdefghij"[n % 10] * 150 for n in range(9)) + "/z.png", None),
    ],
)
def test_a_path_is_cleaned(client: TestClient, sent: str, kept: str | None) -> None:
    project = new_project(client)
    assert send(client, project, {sent: png()}).json()["created"] == 1
    (path,) = paths(client, project)
    assert path is not None
    assert len(path) <= 1000
    assert path == (kept or "/".join(letter * 150 for letter in "defghi") + "/z.png")


def test_refused_files_are_named_by_their_path(client: TestClient) -> None:
    answer = send(client, new_project(client), {"cat/a.png": b"1", "x.zip": zipped({"dog/a.png": b"1"})})
    assert [each["path"] for each in answer.json()["rejected"]] == ["cat/a.png", "dog/a.png"]
    assert [each["filename"] for each in answer.json()["rejected"]] == ["a.png", "a.png"]


def test_images_are_found_by_a_piece_of_their_path(client: TestClient) -> None:
    project = new_project(client)
    send(client, project, {name: png(number) for number, name in enumerate(["Cat/a.png", "dog/100%.png"])})
    assert paths(client, project, path="cat/") == ["Cat/a.png"]
    assert paths(client, project, path="%") == ["dog/100%.png"]
    assert paths(client, project, path="nowhere") == []


SECRET = "secretclass"
TELLING = {
    "GET /projects/{project_id}/images",
    "GET /images/{image_id}",
    "GET /projects/{project_id}/predictions",
    "GET /projects/{project_id}/export",
    "GET /jobs",
    "GET /jobs/{job_id}",
}
NOT_THERE = {  # or not without a signature, or for administrators
    "GET /encoders/{encoder_id}/download",
    "GET /images/{image_id}/shared",
    "GET /projects/{project_id}/indicator-candidates",
    "GET /rounds/{round_id}/model",
    "GET /users",
}
FOR_OWNERS = {f"GET /projects/{{project_id}}/{what}" for what in ("disagreement", "invitations", "people")}
FOR_REVIEWERS = {"GET /projects/{project_id}/export", "GET /projects/{project_id}/export/report"}


@pytest.fixture
def filed(labelling: Labelling, olga: TestClient) -> dict[str, str]:
    """Return ids by the names of path parameters: all images lie in a folder named after their class.

    The project has a model, and the report of an import that refused files of that folder.
    """
    assert send(olga, labelling.project_id, {f"{SECRET}/a.png": png()}).json()["created"] == 1
    publish(labelling, 1, [[0.75, 0.25]] * 5)
    rejected = {"path": f"{SECRET}/z.png", "filename": "z.png", "reason": f"No {SECRET}."}
    conflict = {"paths": [f"{SECRET}/y.png"], "labels": [SECRET]}
    result = {
        "created": 1,
        "rejected": [rejected],
        "rejected_total": 1,
        "unlabelled": [rejected],
        "conflicts": [conflict],
    }
    own: dict[str, Any] = {"project_id": labelling.project_id, "queue": "cpu", "result": result}
    with write_session() as session:
        session.execute(update(Image).values(path=f"{SECRET}/" + Image.filename))
        source = {"path": f"/srv/{SECRET}"}
        session.add(Job(id="import", kind="import", params={"source": source}, state="done", **own))
        session.add(
            Source(id="source", project_id=labelling.project_id, name="s", kind="folder", params=source)
        )
        uploaded = session.scalars(select(Image.id).where(Image.filename == "a.png")).one()
    return {
        "project_id": labelling.project_id,
        "round_id": labelling.round_id,
        "query_id": labelling.queries[0],
        "encoder_id": labelling.encoder_id,
        "image_id": uploaded,
        "job_id": "import",
        "source_id": "source",
    }


def told(client: TestClient, ids: dict[str, str]) -> dict[str, tuple[int, str]]:
    """Return status, and head and body, of every route that reads something of `ids`."""
    assert isinstance(client.app, FastAPI)
    read = {}
    for route in walk(client.app):
        names = set(re.findall(r"{(\w+)}", route.path))
        if route.method != "GET" or not names <= set(ids) or not route.path.startswith(API):
            continue
        with client.stream("GET", route.path.format(**ids), timeout=5) as answer:
            text = ""
            for part in answer.iter_text():
                text += part
                if "event-stream" in answer.headers["content-type"] and "\n\n" in text:
                    break
            read[route.name] = (answer.status_code, f"{answer.headers} {text}")
    return read


def refused(read: dict[str, tuple[int, str]]) -> set[str]:
    """Return the routes that answered with nothing."""
    return {name for name, (status, _) in read.items() if status != 200}


def tell(read: dict[str, tuple[int, str]]) -> set[str]:
    """Return the routes whose answers name the folder."""
    return {name for name, (_, text) in read.items() if SECRET in text}


def test_annotators_are_told_no_folder_anywhere(
    anna: TestClient, filed: dict[str, str], labelling: Labelling
) -> None:
    read = told(anna, filed)
    assert refused(read) == NOT_THERE | FOR_OWNERS | FOR_REVIEWERS
    assert tell(read) == set()
    leased = anna.post(f"{API}/rounds/{filed['round_id']}/leases", json={"count": 5})
    assert len(leased.json()["items"]) == len(labelling.queries)
    assert SECRET not in leased.text
    assert anna.get(f"{API}/projects/{filed['project_id']}/images?path=secret").status_code == 403
    assert paths(anna, filed["project_id"]) == [None] * 6


@pytest.mark.parametrize("role", ["owner", "reviewer"])
def test_owners_and_reviewers_are_told(
    olga: TestClient, anna: TestClient, filed: dict[str, str], labelling: Labelling, role: str
) -> None:
    members = f"{API}/projects/{filed['project_id']}/members"
    assert olga.put(members, json={"name": "anna", "role": role}).status_code == 200
    read = told(anna, filed)
    assert refused(read) == NOT_THERE | (set() if role == "owner" else FOR_OWNERS)
    assert tell(read) == TELLING
    names = [*(f"{image_id[-4:]}.png" for image_id in [*labelling.images, *labelling.spare]), "a.png"]
    found = paths(anna, filed["project_id"], path="SECRETclass")
    assert sorted(map(str, found)) == sorted(f"{SECRET}/{name}" for name in names)


def test_an_import_that_was_stopped_before_the_upgrade_goes_on() -> None:
    tally = {"listed": 100, "refused": [{"filename": "a.png", "reason": "No image."}]}
    checkpoint = resume({"files": 0, "digest": "", "tally": tally}, [])
    assert [(each.path, each.filename) for each in checkpoint.tally.refused] == [("a.png", "a.png")]
