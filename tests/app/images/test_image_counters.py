"""The numbers of images that a project keeps are those of its rows, whatever happens to them."""

import random
from functools import partial

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.core.database import read_session
from app.core.models import Image, Project
from tests.app.at_once import at_once
from tests.app.images.conftest import Import
from tests.app.images.files import new_project, png, zipped
from tests.app.images.test_upload_labels import upload


def kept(project: str) -> dict[str, int]:
    """Return what the project keeps; it has to be what is counted."""
    with read_session() as session:
        row = session.get_one(Project, project)
        counted = select(Image.split, func.count()).where(Image.project_id == project).group_by(Image.split)
        numbers = {"pool": 0, "test": 0} | dict(session.execute(counted).all())
        assert numbers == {"pool": row.pool_images, "test": row.test_images}
    return numbers


@pytest.mark.parametrize("seed", range(4))
def test_they_follow_whatever_is_added_moved_and_deleted(
    admin: TestClient, bring_in: Import, seed: int
) -> None:
    chance, project = random.Random(seed), new_project(admin)
    address = f"/api/v1/projects/{project}"

    def some() -> dict[str, bytes]:
        return {f"{chance.choice('ab')}/{n}.png": png(n) for n in chance.sample(range(12), 4)}

    def send() -> None:
        upload(admin, project, some(), labels="annotate", split=chance.choice(["pool", "pool", "test"]))

    def import_zip() -> None:
        bring_in(project, zipped(some()))

    def hold_back() -> None:
        admin.post(f"{address}/hold-back", json={"share": 0.5})

    def delete() -> None:
        items = admin.get(f"{address}/images").json()["items"]
        for each in chance.sample(items, min(2, len(items))):
            assert admin.delete(f"/api/v1/images/{each['id']}").status_code == 204

    for act in [
        send,
        import_zip,
        hold_back,
        delete,
        *chance.choices([send, import_zip, hold_back, delete], k=8),
    ]:
        act()
        numbers, counts = kept(project), admin.get(address).json()["counts"]
        assert {split: counts[split] for split in numbers} == numbers
    assert min(numbers.values()) > 0


def test_an_image_that_several_people_delete_at_once_counts_once(admin: TestClient) -> None:
    project = new_project(admin)
    upload(admin, project, {f"a/{n}.png": png(n) for n in range(6)})
    for image in admin.get(f"/api/v1/projects/{project}/images").json()["items"][:4]:
        delete = partial(admin.delete, f"/api/v1/images/{image['id']}")
        assert {answer.status_code for answer in at_once([delete] * 3)} <= {204, 404}
    assert kept(project) == {"pool": 2, "test": 0}
