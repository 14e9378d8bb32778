"""Looking at the cluster of a query, and answering for all of it."""

import json
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from safetensors.numpy import save
from sqlalchemy import select, update

from app.core.database import read_session, write_session
from app.core.models import Annotation, Category, Query, Step
from app.core.storage import get_storage
from tests.app.labelling.test_labels import lease, put
from tests.app.labelling.test_undo import undo
from tests.app.labelling_factory import Labelling, kept_answers, make_labelling, query_states, round_jobs

API = "/api/v1"
MEMBERS = {"olga": "owner", "anna": "annotator", "ben": "annotator"}


def publish(made: Labelling, *, model: bool = True) -> None:
    """Store what the step before would have: the first query stands for four images, the second for one."""
    images = [*made.images, *made.spare]
    of_first, of_second = made.spare[:4], made.spare[4:5]
    arrays: dict[str, Any] = {
        "cluster": np.array([0, 1, 2, 0, 0, 0, 0, 1, -1], dtype=np.int32),
        "likeness": np.array([1, 1, 1, 0.5, 0.9, 0.8, 0.7, 0.9, 0], dtype=np.float32),
    }
    if model:
        sure = [0.5, 0.5, 0.5, 0.2, 0.6, 0.8, 0.9, 0.9, 0.5]
        arrays["probabilities"] = np.array([[each, 1 - each] for each in sure], dtype=np.float32)
    document = {"images": images, "pool": len(images), "categories": made.categories}
    key = f"steps/{made.round_id}/1"
    get_storage().put(f"{key}/step.safetensors", save(arrays))
    get_storage().put(f"{key}/images.json", json.dumps(document).encode())
    with write_session() as session:
        session.add(Step(round_id=made.round_id, index=0, state="done", artefacts_key=key))
        for query_id, members in zip(made.queries, (of_first, of_second, []), strict=True):
            values = {"cluster_image_ids": members, "cluster_size": len(members) + 1}
            session.execute(update(Query).where(Query.id == query_id).values(**values))


@pytest.fixture
def clustered(olga: TestClient, anna: TestClient, ben: TestClient) -> Labelling:
    """Return a project whose round asks about three images, with the files that it was proposed by."""
    made = make_labelling(members=MEMBERS, spare=6)
    publish(made)
    return made


def cluster(client: TestClient, query_id: str, **params: Any) -> dict[str, Any]:
    found = client.get(f"{API}/queries/{query_id}/cluster", params=params)
    assert found.status_code == 200, found.text
    answer: dict[str, Any] = found.json()
    return answer


def settle(
    client: TestClient,
    query_id: str,
    category_id: str,
    images: list[str],
    *,
    dropped: list[str] | None = None,
    **headers: str,
) -> Any:
    body = {"category_id": category_id, "image_ids": images, "dropped_image_ids": dropped or []}
    return client.post(f"{API}/queries/{query_id}/cluster", json=body, headers=headers)


def weak(made: Labelling) -> dict[str, str]:
    """Return the category of every image that has a live weak label."""
    live = select(Annotation).where(Annotation.kind == "weak", Annotation.superseded_at.is_(None))
    with read_session() as session:
        return {row.image_id: row.category_id for row in session.scalars(live)}


def dropped_from(query_id: str) -> list[str]:
    with read_session() as session:
        return list(session.get_one(Query, query_id).dropped_image_ids)


def test_the_likeliest_images_of_a_cluster_come_first(anna: TestClient, clustered: Labelling) -> None:
    first, (one, other) = clustered.queries[0], clustered.categories
    found = cluster(anna, first, category_id=one)
    members = clustered.spare[:4]
    assert [each["image_id"] for each in found["items"]] == members[::-1]
    beliefs = [each["belief"] for each in found["items"]]
    assert beliefs == sorted(beliefs, reverse=True)
    assert (found["size"], found["next_cursor"]) == (5, None)
    assert found["purity"]["low"] < found["purity"]["estimate"] < found["purity"]["high"]
    chosen = beliefs[: found["cut"]]
    assert found["purity"]["estimate"] == pytest.approx(sum(chosen) / len(chosen))
    assert [each["image_id"] for each in cluster(anna, first, category_id=other)["items"]] == members
    assert [each["image_id"] for each in cluster(anna, first)["items"]] == [members[i] for i in (1, 2, 3, 0)]
    page = cluster(anna, first, category_id=one, limit=3)
    rest = cluster(anna, first, category_id=one, limit=3, cursor=page["next_cursor"])
    assert [len(page["items"]), [each["image_id"] for each in rest["items"]]] == [3, members[:1]]
    assert cluster(anna, clustered.queries[2])["items"] == []


def test_without_a_model_the_nearest_come_first_and_nothing_is_said_of_purity(
    anna: TestClient, olga: TestClient
) -> None:
    made = make_labelling(members=MEMBERS, spare=6)
    publish(made, model=False)
    found = cluster(anna, made.queries[0], category_id=made.categories[0])
    assert [each["image_id"] for each in found["items"]] == [made.spare[i] for i in (1, 2, 3, 0)]
    assert (found["purity"], found["cut"], found["items"][0]["belief"]) == (None, 4, None)


def test_where_files_are_lost_a_cluster_is_what_its_query_shows(
    anna: TestClient, clustered: Labelling
) -> None:
    get_storage().delete(f"steps/{clustered.round_id}/1/images.json")
    found = cluster(anna, clustered.queries[0], category_id=clustered.categories[0])
    assert [each["image_id"] for each in found["items"]] == clustered.spare[:4]
    assert (
        settle(anna, clustered.queries[0], clustered.categories[0], clustered.spare[:2]).json()["weak"] == 2
    )


def test_images_that_have_a_label_are_left_out(
    anna: TestClient, olga: TestClient, clustered: Labelling
) -> None:
    first, (one, other) = clustered.queries[0], clustered.categories
    members = clustered.spare[:4]
    path = f"{API}/images/{members[0]}/annotation"
    assert olga.put(path, json={"category_id": other}).status_code == 200
    listed = [each["image_id"] for each in cluster(anna, first, category_id=one)["items"]]
    assert listed == members[:0:-1]
    assert settle(anna, first, one, members).json()["weak"] == 3
    assert weak(clustered) == dict.fromkeys(members[1:], one)
    again = cluster(anna, first, category_id=one)["items"]
    assert {each["weak_category_id"] for each in again} == {one}


def test_an_answer_for_a_cluster_counts_like_any_other(
    anna: TestClient, olga: TestClient, clustered: Labelling
) -> None:
    first, (one, _) = clustered.queries[0], clustered.categories
    a, b, c, d = clustered.spare[:4]
    assert lease(anna, clustered) == [first]
    answer = settle(anna, first, one, [a, b], dropped=[c], **{"Idempotency-Key": "k"})
    assert answer.status_code == 200
    assert (answer.json()["weak"], answer.json()["annotation"]["kind"]) == (2, "query")
    assert settle(anna, first, one, [a, b], dropped=[c], **{"Idempotency-Key": "k"}).json() == answer.json()
    assert kept_answers(first) == [(one, 0, True)]
    assert (weak(clustered), dropped_from(first)) == ({a: one, b: one}, [c])
    found = olga.get(f"{API}/rounds/{clustered.round_id}").json()
    assert (found["labelled"], found["weak"]) == (1, 2)
    project = olga.get(f"{API}/projects/{clustered.project_id}").json()
    assert (project["counts"]["labelled"], project["counts"]["weak"]) == (1, 2)
    assert [(each["labels"], each["weak"]) for each in project["categories"]] == [(1, 2), (0, 0)]
    pages = {
        state: olga.get(f"{API}/projects/{clustered.project_id}/images", params={"state": state}).json()
        for state in ("labelled", "weak", "unlabelled")
    }
    assert {state: len(page["items"]) for state, page in pages.items()} == {
        "labelled": 1,
        "weak": 2,
        "unlabelled": 6,
    }
    exported = olga.get(f"{API}/projects/{clustered.project_id}/export?format=json").json()["images"]
    labels = {each["id"]: each["labels"] for each in exported}
    assert [labels[a][0][name] for name in ("kind", "step", "cluster_size", "suggestion")] == [
        "weak",
        1,
        5,
        None,
    ]
    assert labels[d] == []


def test_the_same_answer_again_says_which_images_it_settles(anna: TestClient, clustered: Labelling) -> None:
    first, (one, other) = clustered.queries[0], clustered.categories
    a, b, c, _ = clustered.spare[:4]
    put(anna, first, category_id=one)
    settle(anna, first, one, [a, b])
    assert settle(anna, first, one, [b, c], dropped=[a]).json()["annotation"]["version"] == 1
    assert (weak(clustered), dropped_from(first)) == ({b: one, c: one}, [a])
    assert settle(anna, first, other, [a]).status_code == 412
    assert settle(anna, first, other, [a], **{"If-Match": '"1"'}).json()["annotation"]["version"] == 2
    assert weak(clustered) == {a: other}


def test_undo_and_correction_take_the_weak_labels_back(
    anna: TestClient, olga: TestClient, clustered: Labelling
) -> None:
    first, (one, other) = clustered.queries[0], clustered.categories
    a, b, c, _ = clustered.spare[:4]
    takings = (
        lambda: undo(anna, first),
        lambda: put(anna, first, category_id=other, version=1),
        lambda: put(anna, first, skip="unclear", version=1),
        lambda: olga.put(
            f"{API}/images/{clustered.images[0]}/annotation",
            json={"category_id": other},
            headers={"If-Match": '"1"'},
        ),
    )
    for take_back in takings:
        settle(anna, first, one, [a, b], dropped=[c])
        assert weak(clustered) == {a: one, b: one}
        assert take_back().status_code == 200
        assert (weak(clustered), dropped_from(first)) == ({}, [])
        undo(anna, first)


def test_a_label_that_somebody_gives_takes_the_place_of_a_weak_one(
    anna: TestClient, olga: TestClient, clustered: Labelling
) -> None:
    first, (one, other) = clustered.queries[0], clustered.categories
    a, b, _, _ = clustered.spare[:4]
    settle(anna, first, one, [a, b])
    shown = olga.get(f"{API}/images/{a}").json()
    assert (shown["kind"], shown["category_id"], shown["annotation_version"]) == ("weak", one, None)
    given = olga.put(f"{API}/images/{a}/annotation", json={"category_id": other})
    assert (given.status_code, given.json()["kind"]) == (200, "indicator")
    shown = olga.get(f"{API}/images/{a}").json()
    assert (shown["kind"], shown["category_id"], shown["annotation_version"]) == ("indicator", other, 2)
    project = olga.get(f"{API}/projects/{clustered.project_id}").json()
    assert (project["counts"]["labelled"], project["counts"]["weak"]) == (2, 1)
    exported = olga.get(f"{API}/projects/{clustered.project_id}/export?format=json").json()["images"]
    assert {each["id"]: [label["kind"] for label in each["labels"]] for each in exported}[a] == ["indicator"]
    assert olga.delete(f"{API}/images/{a}/annotation").status_code == 204
    assert olga.get(f"{API}/images/{a}").json()["kind"] == "weak"


def test_answers_of_others_and_strange_images_are_refused(
    anna: TestClient, ben: TestClient, clustered: Labelling
) -> None:
    first, (one, other) = clustered.queries[0], clustered.categories
    assert lease(ben, clustered) == [first]
    late = settle(anna, first, one, clustered.spare[:2])
    assert (late.status_code, weak(clustered)) == (409, {})
    assert settle(ben, first, other, clustered.spare[:1]).status_code == 200
    assert settle(anna, first, one, clustered.spare[:2]).status_code == 409
    assert weak(clustered) == {clustered.spare[0]: other}
    for field, images, dropped in (
        ("image_ids", [clustered.images[0]], []),
        ("dropped_image_ids", [], clustered.spare[4:5]),
    ):
        refused = settle(ben, first, other, images, dropped=dropped)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, field)
    both = settle(ben, first, other, clustered.spare[:1], dropped=clustered.spare[:1])
    assert both.status_code == 422
    unknown = settle(ben, first, "nonsense", [])
    assert (unknown.status_code, unknown.json()["errors"][0]["field"]) == (422, "category_id")


def test_a_merged_category_and_a_frozen_step(
    anna: TestClient, olga: TestClient, clustered: Labelling
) -> None:
    one, other = clustered.categories
    a, b = clustered.spare[:2]
    merged = olga.post(f"{API}/categories/{one}/merge", json={"into": other})
    assert merged.status_code == 200, merged.text
    assert settle(anna, clustered.queries[0], one, [a]).status_code == 200
    for query_id in clustered.queries[1:]:
        put(anna, query_id, category_id=other)
    assert (weak(clustered), len(round_jobs(clustered))) == ({a: other}, 1)
    assert settle(anna, clustered.queries[0], other, [a, b]).json()["weak"] == 2
    assert cluster(anna, clustered.queries[0], category_id=one)["items"][0]["belief"] == pytest.approx(1)
    assert undo(anna, clustered.queries[0]).json()["item"] is None
    assert weak(clustered) == {}


def test_a_later_cluster_takes_images_over(anna: TestClient, clustered: Labelling) -> None:
    first, second, _ = clustered.queries
    one, other = clustered.categories
    settle(anna, first, one, clustered.spare[:2])
    with write_session() as session:
        values = {"cluster_image_ids": clustered.spare[:1], "cluster_size": 6}
        session.execute(update(Query).where(Query.id == second).values(**values))
    settle(anna, second, other, clustered.spare[1:3])
    assert weak(clustered) == {clustered.spare[0]: one, clustered.spare[1]: other, clustered.spare[2]: other}
    assert [state for _, state in query_states(clustered)] == ["labelled", "labelled", "open"]


def test_an_archived_category_is_refused(anna: TestClient, olga: TestClient, clustered: Labelling) -> None:
    with write_session() as session:
        archived = update(Category).where(Category.id == clustered.categories[0])
        session.execute(archived.values(archived_at=session.get_one(Step, clustered.step_id).created_at))
    assert settle(anna, clustered.queries[0], clustered.categories[0], []).status_code == 422
