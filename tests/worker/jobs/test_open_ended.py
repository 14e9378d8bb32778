"""A round without an end of its own, over HTTP with the real step: from no category to its finish."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.core.database import read_session
from app.core.models import Step
from tests.worker.bench import Bench
from tests.worker.in_process import child_in_this_process
from worker.database.first_images import LEAST_IMAGES
from worker.jobs import runner

__all__ = ["child_in_this_process"]


@pytest.fixture
def bench(client: TestClient) -> Bench:
    """Return a project whose categories are yet to be found."""
    return Bench(client, [])


def test_a_round_without_an_end_begins_without_categories_and_is_finished(bench: Bench) -> None:
    round_id = bench.start(open_ended=True, schedule=[1])
    bench.work()
    row = bench.round(round_id)
    assert (row["state"], row["steps"], row["budget"], row["outstanding"]) == ("labelling", None, None, 10)
    first = bench.lease(round_id)
    assert all(item["suggestions"] == [] for item in first)
    for item in first:
        bench.answer(item)
    bench.work()
    second = bench.lease(round_id)
    assert len(second) == len(bench.categories) == 3, "with a model a step asks for one label a category"
    assert all(item["suggestions"] for item in second)
    for item in second[:2]:
        bench.answer(item)
    finished = bench.call("POST", f"/rounds/{round_id}/finish")
    assert (finished["state"], finished["finishing"], finished["outstanding"]) == ("finetuning", True, 0)
    assert bench.call("POST", f"/rounds/{round_id}/leases", json={"count": 1})["items"] == []
    bench.work()
    row = bench.round(round_id)
    assert (row["state"], row["finishing"], row["labelled"], row["message"]) == ("done", False, 12, None)
    learnt = [(step["index"], step["labels"], step["labelled"]) for step in bench.steps(round_id)]
    assert learnt == [(0, 0, 0), (1, 10, 10), (2, 12, 2)]
    exported = bench.call("GET", f"/projects/{bench.project}/export", params={"format": "json"})
    assert all(image["prediction"] or image["label"] for image in exported["images"])


def test_one_category_asks_for_ten_until_there_is_a_model(bench: Bench) -> None:
    round_id = bench.start(open_ended=True, schedule=[2])
    bench.work()
    only = bench.call("POST", f"/projects/{bench.project}/categories", json={"name": "colour"})["id"]
    for item in bench.lease(round_id):
        bench.call("PUT", f"/queries/{item['query_id']}/annotation", json={"category_id": only})
    bench.work()
    assert bench.round(round_id)["outstanding"] == 10


def test_it_begins_with_a_part_of_many_images_and_goes_on_with_all(client: TestClient) -> None:
    bench = Bench(client, [], images=50)
    round_id = bench.start(open_ended=True, schedule=[1])
    kinds = [job.kind for job in bench.queued()]
    assert kinds == ["round_start", "embed"], "the others are embedded while a person answers"
    bench.work()
    first = bench.lease(round_id)
    assert len(first) == 10
    assert sum(item["cluster"]["size"] for item in first) == LEAST_IMAGES
    for item in first:
        bench.answer(item)
    bench.work()
    exported = bench.call("GET", f"/projects/{bench.project}/export", params={"format": "json"})
    said = [image for image in exported["images"] if image["prediction"] or image["label"]]
    assert len(said) == 150, "the model has seen them all"


def test_where_labels_are_known_it_begins_with_all_images(client: TestClient) -> None:
    bench = Bench(client, ["red", "green", "blue"], images=50)
    first = bench.start(open_ended=True, schedule=[1])
    bench.work()
    for item in bench.lease(first):
        bench.answer(item)
    bench.call("POST", f"/rounds/{first}/finish")
    bench.work()
    second = bench.start(open_ended=True, schedule=[1])
    runner.run(bench.queued()[0].id)
    with read_session() as session:
        report = session.scalars(select(Step.report).where(Step.round_id == second, Step.index == 0)).one()
    assert report["images"] == 150


def test_a_round_finished_while_a_model_is_at_work_is_done_after_it(bench: Bench) -> None:
    round_id = bench.start(open_ended=True, schedule=[1])
    finished = bench.call("POST", f"/rounds/{round_id}/finish")
    assert (finished["state"], finished["finishing"]) == ("proposing", True)
    assert bench.call("POST", f"/rounds/{round_id}/finish")["finishing"]
    bench.work()
    assert (bench.round(round_id)["state"], bench.steps(round_id)[0]["index"]) == ("done", 0)
    assert [step["asked"] for step in bench.steps(round_id)] == [0]


def test_it_ends_by_itself_where_nothing_is_left(client: TestClient) -> None:
    bench = Bench(client, ["red", "green", "blue"], images=4)
    round_id = bench.start(open_ended=True, schedule=[1, 2])
    bench.work()
    while items := bench.lease(round_id):
        for item in items:
            bench.answer(item)
        bench.work()
    row = bench.round(round_id)
    assert (row["state"], row["labelled"]) == ("done", 12)
    assert [step["asked"] for step in bench.steps(round_id)] == [0, 10, 2]
    assert "no unlabelled image is left" in row["message"]
