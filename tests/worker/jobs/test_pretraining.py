"""Pretraining jobs: what they are asked, what they leave behind, and going on after any end."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.core.database import now, read_session, write_session
from app.core.models import Category, Encoder, Image, Job, Source, Truth
from app.core.storage import get_storage
from app.encoders.curve import curve
from ml.config import MocoV2Config
from tests.worker.conftest import add, change, get
from tests.worker.jobs.test_runner import wait_for
from tests.worker.pretraining import blobs_of, goes_on, steps_of, weights_of
from worker.jobs import runner

pytestmark = pytest.mark.usefixtures("trainer")
FIXED = {"filename": "a.png", "format": "png", "width": 1, "height": 1, "bytes": 1, "split": "pool"}


def test_a_run_leaves_weights_a_curve_and_no_checkpoints(
    make_pretraining: Callable[..., tuple[str, str]],
) -> None:
    encoder, job = make_pretraining()
    runner.run(job)
    assert weights_of(encoder)
    details = get(Encoder, encoder).details
    assert (details["mode"], details["source"], details["images_per_second"]) == ("tup", "digits", 100.0)
    assert steps_of(encoder) == list(range(1, 21))
    assert blobs_of(encoder) == []
    done = get(Job, job)
    assert (done.state, done.checkpoint) == ("done", None)
    assert done.result == {"encoder_id": encoder, "images_per_second": 100.0}
    published = get_storage().local_path(get(Encoder, encoder).weights_key).parent
    assert {path.name for path in published.iterdir()} == {"encoder.safetensors", "method.safetensors"}


def test_the_child_is_asked_about_the_images_that_can_be_read(
    make_pretraining: Callable[..., tuple[str, str]], project: str, asked: Callable[[], list[dict[str, Any]]]
) -> None:
    for at, excluded in enumerate([None, "broken", "not_in_list"]):
        add(Image(project_id=project, sha256=f"{at:064x}", excluded=excluded, **FIXED))
    add(Image(project_id=project, sha256="f" * 64, **(FIXED | {"split": "test"})))
    runner.run(make_pretraining()[1])
    row = {"name": "pool", "kind": "project", "params": {"project_id": project}, "project_id": project}
    pool = add(Source(**row, state="ready", images=2))
    runner.run(make_pretraining(mode="vup", source_id=pool)[1])
    first, second = asked()
    assert first["source"] == {"kind": "dataset", "name": "digits-8x8"}
    assert [Path(path).name for path in first["target"]] == [f"{0:064x}", f"{2:064x}"]
    assert second["source"] == {"kind": "files", "paths": first["target"], "classes": None}
    assert (second["target"], second["initial"]) == ([], None)


def test_the_child_measures_by_the_test_images_whose_category_is_known_and_in_use(
    make_pretraining: Callable[..., tuple[str, str]], project: str, asked: Callable[[], list[dict[str, Any]]]
) -> None:
    runner.run(make_pretraining()[1])
    given = {"project_id": project, "position": 0}
    cat, dog = (add(Category(name=name, **given)) for name in ("cat", "dog"))
    gone = add(Category(name="old", archived_at=now(), **given))
    for at, (split, category) in enumerate(
        [("test", cat), ("test", dog), ("test", gone), ("test", None), ("pool", cat)]
    ):
        image = add(Image(project_id=project, sha256=f"{at:064x}", **(FIXED | {"split": split})))
        if category:
            with write_session() as session:
                session.add(Truth(image_id=image, category_id=category))
    runner.run(make_pretraining(mode="vup")[1])
    runner.run(make_pretraining(measurements=0)[1])
    without, known, switched_off = (request["labelled"] for request in asked())
    assert without is switched_off is None
    told = {Path(path).name: name for path, name in zip(known["paths"], known["classes"], strict=True)}
    assert told == {f"{0:064x}": cat, f"{1:064x}": dog}


def test_further_training_gets_the_weights_that_it_goes_on_from(
    make_pretraining: Callable[..., tuple[str, str]], asked: Callable[[], list[dict[str, Any]]]
) -> None:
    first, job = make_pretraining()
    runner.run(job)
    encoder, job = make_pretraining(mode="uf", initial_encoder_id=first, source_id="")
    runner.run(job)
    request = asked()[-1]
    assert request["initial"]["weights"].endswith(get(Encoder, first).weights_key)
    row = get(Encoder, first)
    assert request["initial_state"].endswith(row.weights_key.replace("encoder.", "method."))
    assert Path(request["initial_state"]).read_text() == "heads"
    change(Encoder, first, details={"sha256": row.weights_sha256})  # as those of release 0.1
    encoder, job = make_pretraining(mode="uf", initial_encoder_id=first, source_id="")
    runner.run(job)
    assert asked()[-1]["initial_state"] is None
    assert request["source"] is None
    assert get(Encoder, encoder).details["source"] is None


def test_a_run_that_is_killed_again_and_again_after_checkpoints_ends_like_one_that_is_not(
    make_pretraining: Callable[..., tuple[str, str]], plan: Callable[..., None], undisturbed: bytes
) -> None:
    """T31: more crashes than attempts, each after progress."""
    encoder, job = make_pretraining(checkpoint_steps=2)
    plan(*[{"die_at": at} for at in (3, 6, 9, 11, 15)])
    for _bell in range(5):
        runner.run(job)
        row = get(Job, job)
        assert (row.state, row.attempts) == ("queued", 1)
    assert [file["step"] for file in row.checkpoint["files"]] == [14, 12]
    assert blobs_of(encoder) == ["step-12", "step-14"]
    runner.run(job)
    assert weights_of(encoder) == undisturbed
    assert steps_of(encoder) == list(range(1, 21))


def test_crashes_without_progress_end_it_and_it_can_go_on(
    make_pretraining: Callable[..., tuple[str, str]], plan: Callable[..., None], undisturbed: bytes
) -> None:
    encoder, job = make_pretraining()
    plan(*[{"die_at": 3}] * 3)
    for _bell in range(4):
        runner.run(job)
    assert get(Job, job).state == "failed"
    assert "Tried 3 times" in get(Encoder, encoder).error
    runner.run(goes_on(encoder))
    assert weights_of(encoder) == undisturbed


def test_a_cancelled_run_keeps_its_checkpoints_and_goes_on_from_them(
    make_pretraining: Callable[..., tuple[str, str]],
    plan: Callable[..., None],
    undisturbed: bytes,
    asked: Callable[[], list[dict[str, Any]]],
) -> None:
    encoder, job = make_pretraining()
    plan({"sleep_at": 13})
    thread = threading.Thread(target=runner.run, args=(job,))
    thread.start()
    wait_for(lambda: (get(Job, job).checkpoint or {}).get("step") == 10, 20)
    change(Job, job, cancel_requested_at=now())
    thread.join(5)
    assert get(Job, job).state == "cancelled"
    assert (get(Encoder, encoder).state, get(Encoder, encoder).error) == ("cancelled", "Cancelled.")
    assert blobs_of(encoder) == ["step-05", "step-10"]
    with read_session() as session:
        shown = curve(session, session.get_one(Encoder, encoder))
    assert (shown.checkpoint_step, shown.resumable, shown.job_id) == (10, True, job)
    runner.run(goes_on(encoder))
    assert [Path(path).name for path in asked()[-1]["checkpoints"]] == [
        "step-10",
        "step-05",
    ]
    assert weights_of(encoder) == undisturbed
    assert steps_of(encoder) == list(range(1, 21))
    assert blobs_of(encoder) == []


def test_of_a_damaged_checkpoint_the_one_before_is_used(
    make_pretraining: Callable[..., tuple[str, str]],
    plan: Callable[..., None],
    undisturbed: bytes,
    asked: Callable[[], list[dict[str, Any]]],
) -> None:
    """T41: a flipped byte."""
    encoder, job = make_pretraining()
    plan({"die_at": 13})
    runner.run(job)
    key = get(Job, job).checkpoint["files"][0]["key"]
    damaged = bytearray(get_storage().read(key))
    damaged[3] ^= 1
    get_storage().put(key, bytes(damaged))
    runner.run(job)
    assert [Path(path).name for path in asked()[-1]["checkpoints"]] == ["step-05"]
    assert weights_of(encoder) == undisturbed
    assert steps_of(encoder) == list(range(1, 21))


def test_it_waits_for_images_that_are_still_being_imported(
    make_pretraining: Callable[..., tuple[str, str]], make_job: Callable[..., str], source: str
) -> None:
    arriving = make_job("import", "cpu")
    change(Source, source, state="pending")
    encoder, job = make_pretraining()
    thread = threading.Thread(target=runner.run, args=(job,))
    thread.start()
    wait_for(lambda: get(Job, job).message == "for the images of the source to be counted")
    assert get(Job, job).phase == "waiting"
    change(Source, source, state="ready")
    change(Job, arriving, state="done")
    thread.join(10)
    assert weights_of(encoder)


def test_a_run_that_waits_can_be_cancelled(
    make_pretraining: Callable[..., tuple[str, str]], make_job: Callable[..., str]
) -> None:
    make_job("import", "cpu", state="running")
    encoder, job = make_pretraining()
    thread = threading.Thread(target=runner.run, args=(job,))
    thread.start()
    wait_for(lambda: get(Job, job).phase == "waiting")
    change(Job, job, cancel_requested_at=now())
    thread.join(5)
    assert (get(Job, job).state, get(Encoder, encoder).state) == ("cancelled", "cancelled")


@pytest.mark.parametrize(
    ("values", "reason"),
    [({"state": "failed", "error": "No images."}, "is failed. No images."), (None, "has been deleted")],
)
def test_without_its_source_it_fails_with_the_reason(
    make_pretraining: Callable[..., tuple[str, str]],
    source: str,
    values: dict[str, str] | None,
    reason: str,
) -> None:
    encoder, job = make_pretraining()
    if values:
        change(Source, source, **values)
    else:
        with write_session() as session:
            session.delete(session.get_one(Source, source))
    runner.run(job)
    assert (get(Job, job).state, get(Job, job).attempts) == ("failed", 1)
    assert reason in get(Encoder, encoder).error


def test_a_speed_is_measured_by_a_job(make_job: Callable[..., str]) -> None:
    config = MocoV2Config().model_dump(mode="json")
    job = make_job("throughput", "pretrain", params={"profile": "p", "config": config})
    runner.run(job)
    assert get(Job, job).result == {"images_per_second": 250.0, "device": "cpu"}
