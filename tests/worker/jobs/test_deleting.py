"""Deleting projects: at once for people, in parts for the database, and whole whatever stops a worker."""

from collections.abc import Callable

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.core.database import now, read_session, write_session
from app.core.models import Base, Image, Job, Project, Round
from app.core.storage import get_storage
from app.core.storage.keys import image_key, remove_blobs
from tests.app.labelling_factory import Labelling, add_image, make_labelling
from worker.database import deleting as parts
from worker.database.projects import find_project, has_project
from worker.jobs import runner

SignIn = Callable[..., TestClient]
IMAGES = 5


@pytest.fixture
def olga(sign_in: SignIn) -> TestClient:
    """Return the owner's client."""
    return sign_in("olga")


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch, olga: TestClient) -> Labelling:
    """Return a project in the middle of a round, with files of its images; two are deleted at a time."""
    monkeypatch.setattr(parts, "IMAGES", 2)
    made = make_labelling(members={"olga": "owner"})
    with read_session() as session:
        for sha256 in session.scalars(select(Image.sha256).where(Image.project_id == made.project_id)):
            get_storage().put(image_key(sha256), b"1")
    for kind in ("steps", "certificates"):
        place = made.step_id if kind == "steps" else made.project_id
        get_storage().put(f"{kind}/{place}/file", b"1")
    return made


@pytest.fixture
def delete(made: Labelling, olga: TestClient) -> Callable[[], str]:
    """Return a function that deletes the project over the API and returns the id of its job."""

    def delete() -> str:
        address = f"/api/v1/projects/{made.project_id}"
        assert olga.delete(address).status_code == 204
        assert olga.get(address).status_code == 404
        assert made.project_id not in {each["id"] for each in olga.get("/api/v1/projects").json()["items"]}
        assert olga.get(f"/api/v1/rounds/{made.round_id}").status_code == 404
        assert olga.get(f"/api/v1/images/{made.images[0]}").status_code == 404
        with read_session() as session:
            return session.scalars(select(Job.id).where(Job.kind == "delete")).one()

    return delete


def rows_of(project: str) -> dict[str, int]:
    """Return how many rows each table has that name the project, of those that have any."""
    tables = [table for table in Base.metadata.sorted_tables if "project_id" in table.c]
    counts = {table.name: select(func.count()).where(table.c.project_id == project) for table in tables}
    with read_session() as session:
        found = {name: session.scalar(count) or 0 for name, count in counts.items()}
    return {name: number for name, number in found.items() if number}


def stored() -> list[str]:
    """Return the keys of everything that projects keep."""
    return [key for prefix in ("images", "steps", "certificates") for key in get_storage().below(prefix)]


def test_a_deleted_project_is_gone_for_people_and_then_from_the_disk(
    made: Labelling, delete: Callable[[], str]
) -> None:
    job = delete()
    assert rows_of(made.project_id)["images"] == IMAGES
    with read_session() as session:
        assert session.get_one(Round, made.round_id).state == "cancelled"
    assert not has_project("Digits")
    runner.run(job)
    assert rows_of(made.project_id) == {}
    with read_session() as session:
        assert session.get_one(Job, job).state == "done"
        assert session.scalar(select(func.count()).select_from(Project)) == 0
    assert stored() == []


@pytest.mark.parametrize("stopped", [1, 2, 3])
def test_a_worker_that_dies_on_the_way_leaves_nothing_behind(
    made: Labelling,
    delete: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
    stopped: int,
) -> None:
    job, calls = delete(), iter(range(1, 100))

    def dying(*arguments: object) -> None:
        if next(calls) == stopped:
            raise KeyboardInterrupt
        remove_blobs(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(parts, "remove_blobs", dying)
    with pytest.raises(KeyboardInterrupt):
        runner.run(job)
    with write_session() as session:
        session.get_one(Job, job).state = "queued"
    runner.run(job)
    assert rows_of(made.project_id) == {}
    assert stored() == []


def test_other_projects_keep_their_images(made: Labelling, delete: Callable[[], str]) -> None:
    other = make_labelling(members={"olga": "owner"})
    with read_session() as session:
        sha256 = session.get_one(Image, made.images[0]).sha256
    add_image(other.project_id, sha256=sha256)
    runner.run(delete())
    assert get_storage().exists(image_key(sha256))
    assert find_project("Digits") == other.project_id


def test_a_deletion_that_was_cancelled_begins_again_an_hour_later(
    made: Labelling, delete: Callable[[], str]
) -> None:
    job = delete()
    with write_session() as session:
        session.get_one(Job, job).state = "cancelled"
    parts.derive_deletions()
    with write_session() as session:
        session.scalars(select(Job)).one().created_at = now() - parts.AGAIN_AFTER
    for _ in range(2):  # the second time there is one that waits
        parts.derive_deletions()
    with read_session() as session:
        again = session.scalars(select(Job.id).where(Job.state == "queued")).one()
    runner.run(again)
    assert rows_of(made.project_id) == {}
    parts.derive_deletions()
    with read_session() as session:
        assert set(session.scalars(select(Job.state))) == {"cancelled", "done"}
