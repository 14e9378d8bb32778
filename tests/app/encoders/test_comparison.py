"""Encoders compared on the labels that there are, over HTTP; jobs end by hand."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.core.database import now, read_session, write_session
from app.core.models import Annotation, Encoder, Job
from tests.app.labelling_factory import Labelling, make_project

API = "/api/v1"


@pytest.fixture
def made(olga: TestClient) -> Labelling:
    """Return a project with two encoders and two labels of each of two categories."""
    made = make_project(images=4, members={"olga": "owner", "anna": "annotator"})
    add_encoder(made, "second")
    for image, category in zip(made.images, made.categories * 2, strict=True):
        label(made, image, category)
    return made


def add_encoder(made: Labelling, name: str, **columns: Any) -> str:
    values = {"kind": "bundled", "config": {}, "state": "ready"} | columns
    with write_session() as session:
        row = Encoder(project_id=made.project_id, name=name, **values)
        session.add(row)
        session.flush()
        return row.id


def label(made: Labelling, image: str, category: str, kind: str = "indicator") -> None:
    with write_session() as session:
        values = {"image_id": image, "category_id": category, "kind": kind}
        session.add(Annotation(project_id=made.project_id, **values))


def ask(client: TestClient, made: Labelling) -> dict[str, Any]:
    answer = client.get(f"{API}/projects/{made.project_id}/encoder-comparison")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def seek(client: TestClient, made: Labelling) -> dict[str, Any]:
    answer = client.post(f"{API}/projects/{made.project_id}/encoder-comparison")
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def jobs() -> list[Job]:
    with read_session() as session:
        return list(session.scalars(select(Job).where(Job.kind == "compare").order_by(Job.created_at)))


def finish(job: Job, hits: dict[str, bool] | None, **values: Any) -> None:
    """Let the job have measured `hits` with the labels that it was asked about."""
    result = {"version": job.params["version"], "hits": hits, "missing": 7, "seconds": 3.5}
    ended = {"state": "done", "result": result, "finished_at": now()} | values
    with write_session() as session:
        session.execute(update(Job).where(Job.id == job.id).values(**ended))


def states(found: dict[str, Any]) -> list[str]:
    return [item["state"] for item in found["items"]]


def test_each_encoder_is_measured_once(olga: TestClient, made: Labelling) -> None:
    assert states(ask(olga, made)) == ["none", "none"]
    for _ in range(2):
        found = seek(olga, made)
        assert (found["enough"], found["labels"], states(found)) == (True, 4, ["measuring", "measuring"])
    first, second = jobs()
    assert {first.params["encoder_id"], second.params["encoder_id"]} > {made.encoder_id}
    finish(first, dict.fromkeys(made.images, True))
    assert states(ask(olga, made)) == ["measured", "measuring"]
    finish(second, dict.fromkeys(made.images, False) | {made.images[0]: True})
    found = seek(olga, made)
    assert len(jobs()) == 2
    best, other = found["items"]
    assert (best["accuracy"], best["labels"], best["images_left"], best["seconds"]) == (1.0, 4, 7, 3.5)
    assert other["accuracy"] == 0.25
    (difference,) = found["differences"]
    assert (difference["encoder_id"], difference["labels"]) == (best["encoder_id"], 4)
    assert difference["difference"] == pytest.approx(3 / 6)
    assert difference["shown"] is False, "four labels show little"


def test_other_labels_are_another_comparison(olga: TestClient, made: Labelling) -> None:
    seek(olga, made)
    for job in jobs():
        finish(job, dict.fromkeys(made.images, True))
    label(made, made.spare[0], made.categories[0])
    found = ask(olga, made)
    assert (states(found), found["differences"]) == (["none", "none"], [])
    seek(olga, made)
    assert len(jobs()) == 4


def test_weak_labels_do_not_count(olga: TestClient, made: Labelling) -> None:
    label(made, made.spare[0], made.categories[0], "weak")
    assert ask(olga, made)["labels"] == 4


def test_what_failed_is_not_tried_again_with_the_same_labels(olga: TestClient, made: Labelling) -> None:
    seek(olga, made)
    finish(jobs()[0], None, state="failed", result=None, error="broken")
    assert states(seek(olga, made)) == ["failed", "measuring"]
    assert len(jobs()) == 2


def test_a_job_that_could_guess_nothing_says_no_accuracy(olga: TestClient, made: Labelling) -> None:
    seek(olga, made)
    for job in jobs():
        finish(job, {})
    found = ask(olga, made)
    assert (states(found), found["differences"]) == (["failed", "failed"], [])


def test_too_few_labels_or_encoders_start_nothing(olga: TestClient) -> None:
    alone = make_project(images=4)
    for image, category in zip(alone.images, alone.categories * 2, strict=True):
        label(alone, image, category)
    assert seek(olga, alone)["enough"] is True
    add_encoder(alone, "learned here", kind="finetuned")
    add_encoder(alone, "not ready", state="pending")
    assert states(seek(olga, alone)) == ["none"]
    bare = make_project(images=4)
    add_encoder(bare, "second")
    for image, category in zip(bare.images[:3], [*bare.categories, bare.categories[0]], strict=True):
        label(bare, image, category)
    assert seek(olga, bare)["enough"] is False
    assert jobs() == []


def test_annotators_may_look_and_start_nothing(anna: TestClient, made: Labelling) -> None:
    assert states(ask(anna, made)) == ["none", "none"]
    answer = anna.post(f"{API}/projects/{made.project_id}/encoder-comparison")
    assert answer.status_code == 403
    assert jobs() == []
