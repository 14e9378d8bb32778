"""Tabs of one person, and what browsers hold ahead while others wait."""

from datetime import timedelta
from typing import Any

from fastapi.testclient import TestClient
from sqlalchemy import update

from app.core.database import now, write_session
from app.core.models import Lease
from tests.app.conftest import MEMBERS
from tests.app.labelling_factory import Labelling, expire_leases, make_labelling

API = "/api/v1"


def lease(client: TestClient, labelling: Labelling, tab: str = "", count: int = 1) -> list[str]:
    body = {"count": count, "holder": tab}
    answer = client.post(f"{API}/rounds/{labelling.round_id}/leases", json=body)
    assert answer.status_code == 200, answer.text
    return [item["query_id"] for item in answer.json()["items"]]


def send(client: TestClient, labelling: Labelling, what: str, tab: str, query_ids: list[str]) -> Any:
    url = f"{API}/rounds/{labelling.round_id}/leases/{what}"
    return client.post(url, json={"query_ids": query_ids, "holder": tab})


def test_two_tabs_of_one_person_are_given_different_images(anna: TestClient, labelling: Labelling) -> None:
    first, second, third = labelling.queries
    assert lease(anna, labelling, "one", 2) == [first, second]
    assert lease(anna, labelling, "two", 2) == [third]
    assert lease(anna, labelling, "one", 5) == [first, second], "a reload goes on where it was"
    assert lease(anna, labelling, "two", 5) == [third]
    assert lease(anna, labelling, "three") == []


def test_a_tab_renews_and_gives_back_only_its_own(anna: TestClient, labelling: Labelling) -> None:
    mine = lease(anna, labelling, "one", 2)
    send(anna, labelling, "release", "two", mine)
    assert send(anna, labelling, "renew", "two", mine).json()["lost"] == mine
    assert send(anna, labelling, "renew", "one", mine).json()["renewed"] == mine
    expire_leases()
    assert lease(anna, labelling, "two", 1) == mine[:1]
    assert send(anna, labelling, "renew", "one", mine).json()["lost"] == mine[:1]
    send(anna, labelling, "release", "two", mine[:1])
    assert lease(anna, labelling, "three", 1) == mine[:1]


def test_a_program_without_a_holder_has_all_of_its_user(anna: TestClient, labelling: Labelling) -> None:
    mine = lease(anna, labelling, "tab", 2)
    assert lease(anna, labelling, "", 3) == labelling.queries
    assert send(anna, labelling, "renew", "tab", mine).json()["lost"] == mine, "the tab shows them no more"
    send(anna, labelling, "release", "", labelling.queries)
    assert lease(anna, labelling, "tab", 2) == mine


def test_an_undone_answer_comes_back_to_its_tab(anna: TestClient, labelling: Labelling) -> None:
    (first,) = lease(anna, labelling, "one")
    url = f"{API}/queries/{first}/annotation"
    anna.put(url, json={"category_id": labelling.categories[0]})
    assert anna.delete(url, params={"holder": "one"}).json()["item"]["query_id"] == first
    assert first not in lease(anna, labelling, "two", 3)
    assert lease(anna, labelling, "one") == [first]


def test_nobody_waits_while_others_hold_many_ahead(
    anna: TestClient, ben: TestClient, olga: TestClient
) -> None:
    made = make_labelling(members=MEMBERS, images=15)
    assert lease(anna, made, "a", 30) == made.queries
    assert lease(ben, made, "b", 30) == made.queries[8:], "half of what lies beyond the first two"
    assert lease(ben, made, "b", 30) == made.queries[8:]
    assert lease(anna, made, "a", 30) == made.queries[:8]
    assert send(anna, made, "renew", "a", made.queries).json()["lost"] == made.queries[8:]
    assert lease(olga, made, "o", 1) == made.queries[5:6]
    body = {"category_id": made.categories[0]}
    assert anna.put(f"{API}/queries/{made.queries[10]}/annotation", json=body).status_code == 409
    assert ben.put(f"{API}/queries/{made.queries[10]}/annotation", json=body).status_code == 200


def test_few_are_left_to_who_has_them(anna: TestClient, ben: TestClient, labelling: Labelling) -> None:
    assert lease(anna, labelling, "a", 2) == labelling.queries[:2]
    assert lease(ben, labelling, "b", 30) == labelling.queries[2:]
    assert lease(ben, labelling, "other tab", 30) == []


def test_a_step_of_ten_has_an_image_for_each_of_six_tabs(anna: TestClient) -> None:
    made = make_labelling(members=MEMBERS, images=10)
    first = [lease(anna, made, tab, 30)[:1] for tab in "abcdef"]
    assert len({query for queries in first for query in queries}) == 6


def test_what_a_dead_tab_held_comes_to_the_next_one(
    anna: TestClient, ben: TestClient, olga: TestClient, labelling: Labelling
) -> None:
    lease(anna, labelling, "dead", 2)
    assert lease(ben, labelling, "b", 1) == labelling.queries[2:]
    assert lease(anna, labelling, "next", 3) == []
    expire_soon()
    assert lease(olga, labelling, "o", 3) == []
    assert lease(anna, labelling, "next", 3) == labelling.queries[:2]


def expire_soon() -> None:
    """Let every lease be one that has not been renewed for most of its time."""
    with write_session() as session:
        session.execute(update(Lease).values(expires_at=now() + timedelta(seconds=30)))
