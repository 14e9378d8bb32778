from collections.abc import Callable
from typing import Any

from fastapi.testclient import TestClient

from app.core.compression import SMALLEST
from app.deps import SESSION_COOKIE
from tests.app.labelling.browser import sign_in_browser
from tests.app.labelling_factory import Labelling, expire_leases, make_project, query_states

API = "/api/v1"


def lease(client: TestClient, labelling: Labelling, count: int = 1) -> list[str]:
    return [item["query_id"] for item in leases(client, labelling, count)["items"]]


def leases(client: TestClient, labelling: Labelling, count: int = 1) -> dict[str, Any]:
    answer = client.post(f"{API}/rounds/{labelling.round_id}/leases", json={"count": count})
    assert answer.status_code == 200, answer.text
    return answer.json()


def label(client: TestClient, query_id: str, category_id: str) -> None:
    answer = client.put(f"{API}/queries/{query_id}/annotation", json={"category_id": category_id})
    assert answer.status_code == 200, answer.text


def test_queries_are_handed_out_in_order_with_what_they_stand_for(
    anna: TestClient, labelling: Labelling
) -> None:
    first, second = leases(anna, labelling, 2)["items"]
    assert [first["query_id"], second["query_id"]] == labelling.queries[:2]
    assert first["image"]["id"] == labelling.images[0]
    assert first["suggestion"] == {"category_id": labelling.categories[0], "confidence": 0.9}
    assert [guess["confidence"] for guess in first["suggestions"]] == [0.9, 0.4]
    assert first["cluster"] == {"size": 41, "image_ids": labelling.spare[:1]}
    assert first["step"] == 1


def test_what_is_handed_out_comes_compressed_and_what_answers_other_posts_does_not(
    anna: TestClient, labelling: Labelling
) -> None:
    headers = {"Accept-Encoding": "gzip"}
    path, body = f"{API}/rounds/{labelling.round_id}/leases", {"count": 3}
    answer = anna.post(path, json=body, headers=headers)
    plain = anna.post(path, json=body, headers={"Accept-Encoding": "identity"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(plain.content) / 2
    assert [item["query_id"] for item in answer.json()["items"]] == labelling.queries
    renewed = anna.post(f"{path}/renew", json={"query_ids": labelling.queries * 20}, headers=headers)
    assert len(renewed.content) > SMALLEST
    assert "content-encoding" not in renewed.headers


def test_nobody_is_given_what_another_holds(anna: TestClient, ben: TestClient, labelling: Labelling) -> None:
    assert lease(anna, labelling, 2) == labelling.queries[:2]
    assert lease(ben, labelling, 5) == labelling.queries[2:]
    nothing = leases(ben, labelling, 5)
    assert [item["query_id"] for item in nothing["items"]] == labelling.queries[2:]


def test_a_reload_goes_on_where_it_was(anna: TestClient, ben: TestClient, labelling: Labelling) -> None:
    lease(ben, labelling)
    lease(anna, labelling)
    label(ben, labelling.queries[0], labelling.categories[0])
    assert lease(anna, labelling, 2) == labelling.queries[1:]


def test_an_expired_lease_is_taken_over(anna: TestClient, ben: TestClient, labelling: Labelling) -> None:
    lease(anna, labelling, 3)
    assert leases(ben, labelling) == {"items": [], "waiting_for": "others"}
    expire_leases()
    assert lease(ben, labelling, 2) == labelling.queries[:2]
    assert lease(anna, labelling, 3) == labelling.queries[2:]


def test_renewing_tells_what_was_lost(anna: TestClient, ben: TestClient, labelling: Labelling) -> None:
    mine = lease(anna, labelling, 3)
    expire_leases()
    lease(ben, labelling)
    label(ben, mine[0], labelling.categories[0])
    body = {"query_ids": mine}
    renewed = anna.post(f"{API}/rounds/{labelling.round_id}/leases/renew", json=body).json()
    assert (renewed["renewed"], renewed["lost"]) == (mine[1:], mine[:1])
    assert lease(anna, labelling, 3) == mine[1:]


def test_what_is_given_back_goes_to_others_at_once(
    anna: TestClient, ben: TestClient, labelling: Labelling
) -> None:
    mine = lease(anna, labelling, 3)
    url = f"{API}/rounds/{labelling.round_id}/leases/release"
    assert ben.post(url, json={"query_ids": mine}).status_code == 204
    assert lease(ben, labelling) == []
    assert anna.post(url, json={"query_ids": mine[1:]}).status_code == 204
    assert lease(ben, labelling, 3) == mine[1:]


def test_a_closing_tab_gives_back_by_beacon(anonymous: TestClient, labelling: Labelling) -> None:
    browser = sign_in_browser(anonymous, "anna")
    mine = lease(browser, labelling, 3)
    url = f"{API}/rounds/{labelling.round_id}/leases/release"
    beacon = {"content": f'{{"query_ids": ["{mine[0]}"]}}', "headers": {"Content-Type": "text/plain"}}
    assert browser.post(url, **beacon).status_code == 204
    assert lease(browser, labelling) == mine[1:2]


def test_another_site_cannot_give_back(anonymous: TestClient, labelling: Labelling) -> None:
    browser = sign_in_browser(anonymous, "anna")
    mine = lease(browser, labelling, 3)
    url = f"{API}/rounds/{labelling.round_id}/leases/release"
    body = f'{{"query_ids": ["{mine[0]}"]}}'
    for origin in ({"Origin": "https://evil.example"}, {"Origin": ""}):
        headers = {"Content-Type": "text/plain"} | origin
        assert browser.post(url, content=body, headers=headers).status_code == 403
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert browser.post(url, content=body, headers=form).status_code == 415
    assert browser.cookies.get(SESSION_COOKIE)
    assert lease(browser, labelling, 3) == mine


def test_what_there_is_to_wait_for(olga: TestClient, anna: TestClient, labelling: Labelling) -> None:
    url = f"{API}/rounds/{labelling.round_id}"
    olga.post(f"{url}/pause")
    assert leases(anna, labelling) == {"items": [], "waiting_for": "others"}
    olga.post(f"{url}/resume")
    for query_id in lease(anna, labelling, 3):
        label(anna, query_id, labelling.categories[1])
    assert leases(anna, labelling) == {"items": [], "waiting_for": "model"}
    olga.post(f"{url}/cancel")
    assert leases(anna, labelling) == {"items": [], "waiting_for": "finished"}


def test_only_members_lease(sign_in: Callable[..., TestClient], labelling: Labelling) -> None:
    stranger = sign_in("mallory")
    make_project(members={"mallory": "owner"})
    url = f"{API}/rounds/{labelling.round_id}/leases"
    assert stranger.post(url, json={"count": 1}).status_code == 404
    stranger.headers["Authorization"] = "Bearer nonsense"
    assert stranger.post(url, json={"count": 1}).status_code == 401
    del stranger.headers["Authorization"]
    assert stranger.post(url, json={}).status_code == 401
    assert {state for _, state in query_states(labelling)} == {"open"}
