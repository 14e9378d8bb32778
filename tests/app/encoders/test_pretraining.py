"""Asking for a pretraining: what is stored and queued, and what is refused, with the field."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, update

from app.core.database import read_session, write_session
from app.core.models import Encoder, Image, Job, Source
from tests.app.encoders.conftest import ask, field_of
from tests.app.labelling_factory import Labelling, make_project

Make = Callable[..., Any]
API = "/api/v1"


def test_a_pretraining_is_queued_apart_from_what_people_wait_for(
    olga: TestClient, project: Labelling, config: Make, source: str
) -> None:
    accepted = ask(olga, project, config(mode="tup"))
    assert accepted.status_code == 202
    encoder_id, job_id = accepted.json()["id"], accepted.json()["job_id"]
    shown = olga.get(f"{API}/encoders/{encoder_id}").json()
    assert (shown["kind"], shown["state"], shown["config"]["config"]["source_id"]) == (
        "pretrain",
        "pending",
        source,
    )
    assert olga.get(f"{API}/jobs/{job_id}").json()["kind"] == "pretrain"
    with read_session() as session:
        job = session.get_one(Job, job_id)
    assert (job.queue, job.project_id) == ("pretrain", project.project_id)
    assert (job.params["encoder_id"], job.params["source_id"]) == (encoder_id, source)


def test_cancelling_it_while_it_waits_ends_the_encoder(
    olga: TestClient, project: Labelling, config: Make
) -> None:
    accepted = ask(olga, project, config()).json()
    olga.post(f"{API}/jobs/{accepted['job_id']}/cancel")
    shown = olga.get(f"{API}/encoders/{accepted['id']}").json()
    assert (shown["state"], shown["error"]) == ("cancelled", "Cancelled.")


def test_an_annotator_does_not_pretrain(anna: TestClient, project: Labelling, config: Make) -> None:
    assert ask(anna, project, config()).status_code == 403


@pytest.mark.parametrize("mode", ["tup", "vup"])
@pytest.mark.parametrize("source_id", ["", "nonsense"])
def test_without_a_source_it_is_refused(
    olga: TestClient, project: Labelling, config: Make, mode: str, source_id: str
) -> None:
    refused = ask(olga, project, config(mode=mode, source_id=source_id))
    assert field_of(refused) == (422, "encoder.config.source_id")


@pytest.mark.parametrize("state", ["pending", "failed"])
def test_a_source_that_is_not_ready_is_refused(
    olga: TestClient, project: Labelling, config: Make, state: str
) -> None:
    with write_session() as session:
        session.execute(update(Source).values(state=state))
    refused = ask(olga, project, config())
    assert field_of(refused) == (422, "encoder.config.source_id")
    assert state in refused.json()["detail"]


def test_a_foreign_pool_is_no_source(
    olga: TestClient, project: Labelling, config: Make, sign_in: Make
) -> None:
    sign_in("otto")
    foreign = make_project(members={"otto": "owner"}).project_id
    with write_session() as session:
        params = {"project_id": foreign}
        session.execute(update(Source).values(kind="project", params=params, project_id=foreign))
    assert field_of(ask(olga, project, config())) == (422, "encoder.config.source_id")


def empty_the_pool() -> None:
    with write_session() as session:
        session.execute(update(Image).values(excluded="broken"))


def test_an_empty_pool_is_refused_by_what_learns_from_it(
    olga: TestClient, project: Labelling, config: Make, make_pretrained: Make
) -> None:
    empty_the_pool()
    assert ask(olga, project, config(mode="vup")).status_code == 202
    for mode in ("tup", "uf"):
        refused = ask(olga, project, config(mode=mode, initial_encoder_id=make_pretrained()))
        assert field_of(refused) == (422, "encoder.config.mode")


@pytest.mark.parametrize("mode", ["tup", "uf"])
def test_a_pool_that_is_being_imported_may_be_empty_yet(
    olga: TestClient, project: Labelling, config: Make, make_pretrained: Make, mode: str
) -> None:
    empty_the_pool()
    with write_session() as session:
        session.add(Job(kind="import", queue="cpu", project_id=project.project_id))
    answer = ask(olga, project, config(mode=mode, initial_encoder_id=make_pretrained()))
    assert answer.status_code == 202


@pytest.mark.parametrize(
    "initial",
    [None, {"state": "pending"}, {"state": "failed"}, {"backbone": "resnet50"}, {"stem": "imagenet"}],
)
def test_further_training_needs_a_ready_encoder_of_the_same_make(
    olga: TestClient,
    project: Labelling,
    config: Make,
    make_pretrained: Make,
    initial: dict[str, str] | None,
) -> None:
    initial_id = "" if initial is None else make_pretrained(**initial)
    refused = ask(olga, project, config(mode="uf", batch_size=8, initial_encoder_id=initial_id))
    assert field_of(refused) == (422, "encoder.config.initial_encoder_id")


def test_further_training_does_not_go_on_from_other_encoders(
    olga: TestClient, project: Labelling, config: Make, make_pretrained: Make, sign_in: Make
) -> None:
    sign_in("otto")
    foreign = make_project(members={"otto": "owner"}).project_id
    for initial in (project.encoder_id, make_pretrained(project_id=foreign), "nonsense"):
        refused = ask(olga, project, config(mode="uf", initial_encoder_id=initial))
        assert field_of(refused) == (422, "encoder.config.initial_encoder_id")


@pytest.mark.parametrize(
    ("network", "said"),
    [
        (("resnet18", "resnet18", "imagenet"), None),
        (("resnet50_simclr", "resnet50", "imagenet"), None),
        (("resnet18", "resnet18", "small_image"), "a resnet18 with the stem imagenet: choose these"),
        (("resnetv2_50x1_bit_s", "resnet50", "imagenet"), "pretraining has no such network"),
    ],
)
def test_further_training_goes_on_from_a_checkpoint_of_others(
    olga: TestClient,
    project: Labelling,
    config: Make,
    network: tuple[str, str, str],
    said: str | None,
) -> None:
    """Told by the network of the checkpoint, and the backbone and the stem that are asked for."""
    architecture, backbone, stem = network
    with write_session() as session:
        theirs = Encoder(project_id=project.project_id, name="theirs", kind="checkpoint", state="ready")
        theirs.config, theirs.details = (
            {"kind": "checkpoint", "file": "m.pth"},
            {"architecture": architecture},
        )
        session.add(theirs)
        session.add(Job(kind="import", queue="cpu", project_id=project.project_id))  # more images are to come
        session.flush()
        chosen = {"backbone": backbone, "stem": stem, "initial_encoder_id": theirs.id}
    answer = ask(olga, project, config(mode="uf", **chosen))
    if said is None:
        assert answer.status_code == 202, answer.text
        return
    assert field_of(answer) == (422, "encoder.config.initial_encoder_id")
    assert said in answer.text


def test_an_epoch_has_at_least_one_batch(
    olga: TestClient, project: Labelling, config: Make, make_pretrained: Make
) -> None:
    assert ask(olga, project, config(mode="vup", batch_size=80)).status_code == 202
    assert field_of(ask(olga, project, config(mode="vup", batch_size=81))) == (
        422,
        "encoder.config.batch_size",
    )
    uf = config(mode="uf", batch_size=8, initial_encoder_id=make_pretrained())
    assert field_of(ask(olga, project, uf)) == (422, "encoder.config.batch_size")


def test_nothing_is_stored_for_what_is_refused(olga: TestClient, project: Labelling, config: Make) -> None:
    ask(olga, project, config(source_id=""))
    with read_session() as session:
        assert session.scalars(select(Job)).all() == []
    assert len(olga.get(f"{API}/projects/{project.project_id}/encoders").json()["items"]) == 1
