"""A review with the real step: from a round's model to every image seen, answered by the truth."""

import json
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient
from safetensors.numpy import load
from sqlalchemy import select

from app.core.database import read_session
from app.core.models import Job, Step
from app.core.storage import get_storage
from ml.progress import no_progress
from ml.runtime import PhaseTimer
from ml.step.evolution import evolve
from tests.worker.bench import Bench
from tests.worker.in_process import child_in_this_process
from worker.database.claims import Claim, Fence
from worker.database.requests import load_step

__all__ = ["child_in_this_process"]


@pytest.fixture
def bench(client: TestClient) -> Bench:
    """Return a project of 30 images with a model that has learned from one label a category."""
    bench = Bench(client, ["red", "green", "blue"])
    round_id = bench.start(schedule=[1])
    bench.work()
    for item in bench.lease(round_id):
        bench.answer(item)
    bench.work()
    return bench


def start(bench: Bench, **config: Any) -> str:
    body = {"page_size": 6, "refit_every": 2} | config
    review = str(bench.call("POST", f"/projects/{bench.project}/reviews", json=body)["id"])
    bench.work()
    return review


def handed(bench: Bench, review: str) -> dict[str, Any] | None:
    items = bench.call("POST", f"/reviews/{review}/pages", json={})["items"]
    return items[0] if items else None


def answer(bench: Bench, review: str, page: dict[str, Any]) -> int:
    """Confirm a page by the truth; returns the corrections."""
    truth = {each["id"]: bench.categories[bench.truth[each["id"]]] for each in page["images"]}
    answers = {image: category for image, category in truth.items() if category != page["category_id"]}
    body = {"default": page["category_id"], "answers": answers}
    confirmed = bench.call("PUT", f"/reviews/{review}/pages/{page['id']}", json=body)
    assert (confirmed["labels"], confirmed["kept"]) == (len(truth), [])
    return int(confirmed["corrections"])


def predicted(bench: Bench) -> dict[str, tuple[str, float]]:
    found = bench.call("GET", f"/projects/{bench.project}/predictions", params={"limit": 500})
    return {each["image_id"]: (each["category_id"], each["confidence"]) for each in found["items"]}


def test_a_review_to_the_end_labels_every_image_as_the_truth_says(bench: Bench) -> None:
    """What pages, predictions and exports say is what the newest fit's labels teach once more."""
    review, corrections, pages = start(bench), 0, 0
    while page := handed(bench, review):
        said = predicted(bench)
        shown = {each["id"]: (each["guess"], each["confidence"]) for each in page["images"]}
        assert shown == {image: said[image] for image in shown}
        corrections += answer(bench, review, page)
        pages += 1
        bench.work()
    bench.work()
    after = bench.call("GET", f"/reviews/{review}")
    assert (after["left"], after["pages"]) == (0, pages)
    assert (after["labels"], after["corrections"]) == (27, corrections)
    assert after["fits"] > 2
    exported = bench.call("GET", f"/projects/{bench.project}/export", params={"format": "json"})["images"]
    assert {each["id"]: each["labels"][0]["category"] for each in exported} == bench.truth
    said = predicted(bench)
    assert {each["id"]: each["prediction"]["confidence"] for each in exported} == {
        image: confidence for image, (_, confidence) in said.items()
    }
    assert fitted_again(bench, review, after["fits"] - 1) == said
    ended = bench.call("POST", f"/reviews/{review}/finish")
    assert (ended["state"], ended["fits"]) == ("done", after["fits"]), "the model knows all labels already"


def fitted_again(bench: Bench, review: str, index: int) -> dict[str, tuple[str, float]]:
    """Return what the labels that a fit wrote down teach the model once more."""
    with read_session() as session:
        step = session.scalars(select(Step).where(Step.round_id == review, Step.index == index)).one()
        job = session.scalars(select(Job).where(Job.round_id == review, Job.step == index)).one()
        key = step.artefacts_key
    fence = Fence(job.id, job.epoch)
    request = load_step(Claim(fence, job.kind, {}, 1, bench.project, review, index, None, None, None)).request
    rows = json.loads(get_storage().read(f"{key}/labels.json"))
    labels = {row["image_id"]: request.categories.index(row["category_id"]) for row in rows}
    found = evolve(request.model_copy(update={"labels": labels}), no_progress, PhaseTimer())
    assert found.confidences is not None
    stored = load(get_storage().read(f"{key}/step.safetensors"))["probabilities"]
    np.testing.assert_array_equal(found.confidences, stored)
    return {
        image.id: (request.categories[row.argmax()], round(float(row.max()), 6))
        for image, row in zip(request.pool, found.confidences, strict=False)
    }


@pytest.mark.parametrize("mode", ["least_sure", "far", "changed"])
def test_every_mode_comes_to_an_end(bench: Bench, mode: str) -> None:
    review = start(bench, mode=mode, page_size=10, refit_every=1)
    page = handed(bench, review)
    assert page is not None
    assert (page["category_id"] is None) == (mode == "far")
    while page:
        answer(bench, review, page)
        bench.work()
        page = handed(bench, review)
    assert bench.call("GET", f"/reviews/{review}")["left"] == 0


def test_labels_that_the_model_doubts_are_shown(bench: Bench) -> None:
    """Half of the pool is labelled by the truth, but for two images: these are on the pages."""
    by_truth = list(bench.truth.items())[:24]
    wrong = {image for image, colour in by_truth if colour == "red"}
    wrong = set(sorted(wrong)[:2])
    for image, colour in by_truth:
        category = bench.categories["blue" if image in wrong else colour]
        known = bench.call("GET", f"/images/{image}")
        headers = {"If-Match": f'"{known["annotation_version"]}"'} if known["annotation_version"] else {}
        bench.call("PUT", f"/images/{image}/annotation", json={"category_id": category}, headers=headers)
    review = start(bench, mode="disagree", person="somebody else")
    assert handed(bench, review) is None, "the labels are the caller's"
    body = {"mode": "disagree", "person": bench.call("GET", "/me")["id"]}
    told = bench.call("PATCH", f"/reviews/{review}", json=body)
    assert told["config"]["person"] == body["person"], "the owner is told whose labels they are"
    bench.work()
    pages = bench.call("POST", f"/reviews/{review}/pages", json={"count": 4})["items"]
    doubted = {each["id"] for page in pages for each in page["images"]}
    assert all(page["labelled"] for page in pages)
    assert doubted & wrong
    assert sum(answer(bench, review, page) for page in pages) == len(wrong & doubted)
