"""Where files lay: kept for owners and reviewers, kept from annotators, for folders name classes."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, select, update

from app.core.database import read_session, write_session
from app.core.models import Image, Job, Lease
from app.images.import_checkpoint import resume
from app.projects.service import put_member
from tests.app.exports.conftest import publish
from tests.app.images.files import new_project, png, send, zipped
from tests.app.labelling_factory import Labelling

API = "/api/v1"
SignIn = Callable[..., TestClient]


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


@pytest.fixture
def filed(labelling: Labelling) -> Labelling:
    """Return the project, its images in a folder named after their class, a model and an import's report."""
    publish(labelling, 1, [[0.75, 0.25]] * 5)
    rejected = [{"path": "secretclass/z.png", "filename": "z.png", "reason": "No secretclass."}]
    result = {"created": 1, "rejected": rejected, "rejected_total": 1, "unlabelled": rejected}
    with write_session() as session:
        session.execute(update(Image).values(path="secretclass/" + Image.filename))
        session.add(
            Job(
                project_id=labelling.project_id,
                kind="import",
                queue="cpu",
                params={"source": {"path": "/srv/secretclass"}},
                state="done",
                result=result,
            )
        )
    return labelling


def answers(client: TestClient, made: Labelling) -> dict[str, str]:
    """Return what a member is told of images, by address."""
    project, image = f"/projects/{made.project_id}", f"/images/{made.images[0]}"
    with read_session() as session:
        job = session.scalars(select(Job.id).where(Job.kind == "import")).one()
    read = [
        project, f"{project}/images", image, f"{project}/predictions", f"{project}/events",
        f"/rounds/{made.round_id}/annotations", f"/jobs?project={made.project_id}", f"/jobs/{job}",
        f"/jobs/{job}/events", f"{image}/content",
    ]  # fmt: skip
    told = {}
    for path in read:
        with client.stream("GET", API + path, timeout=5) as answer:
            told[path] = str(answer.headers) + next(answer.iter_text(), "")
    with write_session() as session:
        session.execute(delete(Lease))
    told["leases"] = client.post(f"{API}/rounds/{made.round_id}/leases", json={"count": 5}).text
    return told


def test_annotators_are_told_no_folder_anywhere(olga: TestClient, filed: Labelling, sign_in: SignIn) -> None:
    anna = sign_in("anton")
    with write_session() as session:
        put_member(session, filed.project_id, "anton", "annotator")
    told = answers(anna, filed)
    assert json.loads(told["leases"])["items"]
    assert {name for name, text in told.items() if "secretclass" in text} == set()
    assert anna.get(f"{API}/projects/{filed.project_id}/images?path=secret").status_code == 403
    assert set(paths(anna, filed.project_id)) == {None}


def test_owners_and_reviewers_are_told(olga: TestClient, anna: TestClient, filed: Labelling) -> None:
    body: dict[str, Any] = {"name": "anna", "role": "reviewer"}
    assert olga.put(f"{API}/projects/{filed.project_id}/members", json=body).status_code == 200
    for client in (olga, anna):
        told = answers(client, filed)
        assert {"secretclass" in text for name, text in told.items() if "/images" in name[-40:]} != {False}
        assert all("secretclass" in told[name] for name in told if name.endswith("/predictions"))
        assert all("secretclass" in told[name] for name in told if name.startswith("/jobs?"))
        assert set(paths(client, filed.project_id, path="SECRETclass")) == {
            f"secretclass/{image_id[-4:]}.png" for image_id in [*filed.images, *filed.spare]
        }


def test_an_import_that_was_stopped_before_the_upgrade_goes_on() -> None:
    tally = {"listed": 100, "refused": [{"filename": "a.png", "reason": "No image."}]}
    checkpoint = resume({"files": 0, "digest": "", "tally": tally}, [])
    assert [(each.path, each.filename) for each in checkpoint.tally.refused] == [("a.png", "a.png")]
