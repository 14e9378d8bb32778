"""Several people at once: no image is on two open pages, and each is seen once (hazard of every hand-out)."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from app.core.database import read_session, write_session
from app.core.models import Annotation, PageImage, ReviewPage
from tests.app.labelling_factory import Labelling
from tests.app.review.conftest import API, confirm, pages, shown, undo
from tests.app.review.fitting import Model, labels_of, pool_of


@pytest.fixture
def people(anna: TestClient, ben: TestClient, olga: TestClient) -> tuple[TestClient, ...]:
    """Return anna's, ben's and the owner's clients."""
    return anna, ben, olga


def test_people_who_ask_at_once_never_meet(
    people: tuple[TestClient, ...], made: Labelling, review: str
) -> None:
    """Each confirms what they get as fast as they can; in the end each image was labelled once."""
    barrier = Barrier(3)

    def work(person: TestClient) -> list[str]:
        seen = []
        barrier.wait()
        while handed := pages(person, review, count=1):
            seen += shown(handed[0])
            assert confirm(person, review, handed[0]).status_code == 200
        return seen

    with ThreadPoolExecutor(3) as pool:
        seen = [image for images in pool.map(work, people) for image in images]
    assert sorted(seen) == pool_of(made)
    assert set(labels_of(made)) == set(seen)
    with read_session() as session:
        assert max(Counter(session.scalars(select(Annotation.image_id))).values()) == 1


Action = tuple[str, int, int]
ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["take", "confirm", "confirm", "undo", "release", "fit"]),
        st.integers(0, 1),
        st.integers(1, 5),
    ),
    max_size=14,
)


def open_pages(review: str) -> list[set[str]]:
    """Return the images of each open page, and check that the table of them says the same."""
    with read_session() as session:
        rows = session.scalars(
            select(ReviewPage).where(ReviewPage.round_id == review, ReviewPage.state == "open")
        ).all()
        listed = set(session.scalars(select(PageImage.image_id).where(PageImage.round_id == review)))
    found = [{each["id"] for each in row.images} for row in rows]
    assert listed == set().union(*found)
    return found


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(actions=ACTIONS)
def test_whatever_people_do_no_image_is_on_two_open_pages(
    people: tuple[TestClient, ...], model: Model, start: Callable[..., str], actions: list[Action]
) -> None:
    anna, _, olga = people
    with write_session() as session:
        session.execute(delete(Annotation))  # of the example before
    review = start()
    confirmed: dict[int, list[Any]] = {0: [], 1: []}
    for action, who, size in actions:
        person = people[who]
        if action == "take":
            pages(person, review, size=size, count=2)
        elif action == "confirm":
            for page in pages(person, review, size=size):
                assert confirm(person, review, page, left=shown(page)[:1]).status_code == 200
                confirmed[who].append(page)
        elif action == "undo" and confirmed[who]:
            assert undo(person, review, confirmed[who].pop()).status_code == 200
        elif action == "release":
            ids = [page["id"] for page in pages(person, review)]
            person.post(f"{API}/reviews/{review}/pages/release", json={"page_ids": ids})
        elif action == "fit" and olga.get(f"{API}/reviews/{review}").json()["fitting"]:
            model.fit(review)
        out = open_pages(review)
        assert sum(map(len, out)) == len(set().union(*out))
        assert not set().union(*out) & set(labels_of(model.made))
    while handed := pages(anna, review):
        confirm(anna, review, handed[0])
    olga.post(f"{API}/rounds/{review}/cancel")
