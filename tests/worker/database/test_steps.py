"""From a claim to a request with frozen labels, and from a result to steps, queries and the round's end."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.core.database import now, read_session, write_session
from app.core.models import Annotation, Encoder, Job, Query, Round, Step, Truth
from app.core.storage import get_storage
from app.rounds.service import cancel_round
from ml.config import MocoV2Config, PretrainedEncoder
from ml.messages import Accuracy, Proposal, StepResult
from tests.worker.conftest import add, change, get
from worker.database.claims import Claim, LostClaimError, UnwantedError, claim
from worker.database.outcomes import fail
from worker.database.requests import StepWork, load_step
from worker.database.steps import save_step


def label(project: str, image_id: str, category_id: str, **columns: Any) -> str:
    """Label an image directly and return the annotation's id."""
    row = {"kind": "indicator", "project_id": project, "image_id": image_id, "category_id": category_id}
    return add(Annotation(**(row | columns)))


def start(make_job: Callable[..., str], round_id: str, kind: str = "round_start", step: int = 0) -> Claim:
    """Claim a new job of the round."""
    held = claim(make_job(kind, round_id=round_id, step=step))
    assert held is not None
    return held


def proposal(image_id: str, **changes: Any) -> Proposal:
    """Return a proposal with a guess for the second category."""
    cluster = {"cluster_size": 3, "cluster_image_ids": [], "suggestions": [(1, 0.75), (0, 0.25)]}
    return Proposal.model_validate({"image_id": image_id, "substitutes": []} | cluster | changes)


def result(*proposals: Proposal, **changes: Any) -> StepResult:
    """Return a step's result."""
    figures = {"accuracy": Accuracy(top1=0.5, mean_class=0.4, images=10), "train_labels": 2, "short": None}
    return StepResult.model_validate(
        figures | {"proposals": proposals, "seconds": {"embed": 0.1}, "record": {"seed": 0}} | changes
    )


def save(held: Claim, work: StepWork, answer: StepResult) -> None:
    """Write the files that a child would have written, and save."""
    (work.request.output_directory / "images.json").write_text("{}")
    save_step(held, work, answer)


def rows(model: type[Any], **equal: Any) -> list[Any]:
    """Return the rows whose columns have the given values."""
    with read_session() as session:
        return session.query(model).filter_by(**equal).all()


def test_a_request_holds_what_the_round_may_learn_from(
    project: str, evolution: str, categories: list[str], make_image: Callable[..., str], make_job: Any
) -> None:
    cat, dog, broken, plain = make_image(), make_image(), make_image(excluded="broken"), make_image()
    known, unknown = make_image("test"), make_image("test")
    add_truth(known, categories[1])
    label(project, cat, categories[0])
    label(project, dog, categories[0], superseded_at=now())
    label(project, dog, categories[1])
    label(project, known, categories[1])
    change(Round, evolution, config={"schedule": [2, 3]})
    held = start(make_job, evolution)
    request = load_step(held).request
    assert [image.id for image in request.pool] == [cat, dog, broken, plain]
    assert request.pool[0].path == str(get_storage().local_path(f"images/00/{1:064x}"))
    assert ([image.id for image in request.test], request.test_truth) == ([known, unknown], [1, -1])
    assert request.categories == categories
    assert request.labels == {cat: 0, dog: 1}
    assert request.excluded == [broken]
    assert (request.ask, request.step) == (4, 1)


def add_truth(image_id: str, category_id: str) -> None:
    """Store the known category of a test image."""
    with write_session() as session:
        session.add(Truth(image_id=image_id, category_id=category_id))


def test_a_start_measures_the_indicators_and_asks_for_the_first_labels(
    project: str, evolution: str, categories: list[str], make_image: Callable[..., str], make_job: Any
) -> None:
    indicator, asked, spare = make_image(), make_image(), make_image()
    annotation = label(project, indicator, categories[0])
    held = start(make_job, evolution)
    work = load_step(held)
    save(held, work, result(proposal(asked, substitutes=[spare], cluster_image_ids=[spare])))
    first, second = sorted(rows(Step, round_id=evolution), key=lambda step: step.index)
    assert (first.index, first.state, first.accuracy["top1"]) == (0, "done", 0.5)
    assert (second.index, second.state, second.asked) == (1, "labelling", 1)
    (query,) = rows(Query, round_id=evolution)
    assert (query.step_id, query.image_id, query.state) == (second.id, asked, "open")
    assert query.suggestions[0] == {"category_id": categories[1], "confidence": 0.75}
    assert (query.substitutes, query.cluster_image_ids) == ([spare], [spare])
    row = get(Round, evolution)
    assert (row.state, row.step, row.budget) == ("labelling", 1, 1)
    snapshot = json.loads(get_storage().read(f"{first.artefacts_key}/labels.json"))
    assert snapshot == [{"annotation_id": annotation, "image_id": indicator, "category_id": categories[0]}]
    assert get_storage().exists(f"{first.artefacts_key}/images.json")
    assert get(Job, held.fence.job_id).state == "done"


def under_way(evolution: str, image_ids: list[str], guess: str) -> str:
    """Put the round at step 1 of 2 with one settled query per image; returns the step's id."""
    change(Round, evolution, state="finetuning", step=1, config={"schedule": [1, 1]})
    step_id = add(Step(round_id=evolution, index=1, state="finetuning", asked=len(image_ids)))
    for position, image_id in enumerate(image_ids):
        guesses = [{"category_id": guess, "confidence": 0.9}]
        shared = {"round_id": evolution, "step_id": step_id, "state": "labelled", "suggestions": guesses}
        add(Query(image_id=image_id, position=position, **shared))
    return step_id


def test_an_advance_completes_its_step_and_opens_the_next(
    project: str, evolution: str, categories: list[str], make_image: Callable[..., str], make_job: Any
) -> None:
    right, wrong, following = make_image(), make_image(), make_image()
    step_id = under_way(evolution, [right, wrong], guess=categories[0])
    for query, category in zip(rows(Query), categories, strict=True):
        label(project, query.image_id, category, query_id=query.id, slot=0, kind="query")
    held = start(make_job, evolution, "round_advance", 1)
    work = load_step(held)
    assert work.request.labels == {right: 0, wrong: 1}
    assert sorted(work.request.excluded) == sorted([right, wrong])
    assert (work.request.ask, work.request.step) == (2, 2)
    save(held, work, result(proposal(following), short="only 1 image is left"))
    done = get(Step, step_id)
    assert (done.state, done.asked, done.prequential) == ("done", 2, 0.5)
    assert done.report == {"seed": 0, "train_labels": 2}
    (opened,) = rows(Step, index=2)
    assert (opened.asked, opened.message) == (1, "only 1 image is left")
    assert (get(Round, evolution).step, get(Round, evolution).budget) == (2, 3)


@pytest.mark.parametrize("ends_early", [True, False])
def test_a_round_ends_after_its_last_step_or_where_nothing_is_left_to_ask(
    evolution: str, categories: list[str], make_image: Callable[..., str], make_job: Any, ends_early: bool
) -> None:
    under_way(evolution, [make_image()], guess=categories[0])
    if not ends_early:
        change(Round, evolution, config={"schedule": [1]})
    held = start(make_job, evolution, "round_advance", 1)
    work = load_step(held)
    assert work.request.ask == (2 if ends_early else 0)
    save(held, work, result())
    row = get(Round, evolution)
    assert (row.state, row.step, row.budget) == ("done", 1, 1)
    assert row.finished_at is not None


def test_a_round_paused_while_its_model_learns_goes_on_after_the_pause(
    evolution: str, categories: list[str], make_image: Callable[..., str], make_job: Any
) -> None:
    image_id = make_image()
    held = start(make_job, evolution)
    work = load_step(held)
    change(Round, evolution, state="paused", resume_state="proposing")
    save(held, work, result(proposal(image_id)))
    row = get(Round, evolution)
    assert (row.state, row.resume_state, row.step) == ("paused", "labelling", 1)


def test_a_cancelled_round_is_neither_begun_nor_revived(
    evolution: str, categories: list[str], make_image: Callable[..., str], make_job: Any
) -> None:
    image_id = make_image()
    held = start(make_job, evolution)
    work = load_step(held)
    change(Round, evolution, state="cancelled")
    with pytest.raises(UnwantedError):
        save(held, work, result(proposal(image_id)))
    with pytest.raises(UnwantedError):
        load_step(held)
    assert get(Round, evolution).state == "cancelled"
    assert (rows(Step), rows(Query)) == ([], [])


@pytest.mark.parametrize("ended_by", ["owner", "worker"])
def test_a_step_half_written_when_its_round_ends_goes_with_it(
    evolution: str, make_image: Callable[..., str], make_job: Any, ended_by: str
) -> None:
    held = start(make_job, evolution)
    half_written = add(Step(round_id=evolution, index=1, asked=1))
    add(Query(round_id=evolution, step_id=half_written, image_id=make_image(), position=0))
    if ended_by == "worker":
        fail(held.fence, "It does not work.")
    else:
        with write_session() as session:
            cancel_round(session, session.get_one(Round, evolution))
    assert get(Round, evolution).state in {"cancelled", "failed"}
    assert (rows(Step), rows(Query)) == ([], [])


def test_a_stale_worker_leaves_neither_rows_nor_files(
    evolution: str, categories: list[str], make_image: Callable[..., str], make_job: Any
) -> None:
    image_id = make_image()
    held = start(make_job, evolution)
    work = load_step(held)
    change(Job, held.fence.job_id, epoch=2)
    with pytest.raises(LostClaimError):
        save(held, work, result(proposal(image_id)))
    assert (rows(Step), rows(Query), get(Round, evolution).state) == ([], [], "proposing")
    assert list(get_storage().local_path("steps").rglob("*.json")) == []


def test_a_large_step_is_written_in_short_transactions_and_again_after_a_crash(
    evolution: str,
    categories: list[str],
    make_image: Callable[..., str],
    make_job: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("worker.database.steps.ROWS_PER_TRANSACTION", 2)
    images = [make_image() for _image in range(5)]
    held = start(make_job, evolution)
    half_written = add(Step(round_id=evolution, index=1, asked=5))
    add(Query(round_id=evolution, step_id=half_written, image_id=images[0], position=0))
    work = load_step(held)
    assert work.request.excluded == []
    save(held, work, result(*[proposal(image_id) for image_id in images]))
    assert [query.image_id for query in rows(Query)] == images
    assert [step.asked for step in rows(Step, index=1)] == [5]


def test_a_further_round_on_a_pretrained_encoder_starts_with_all_that_is_known(
    project: str, evolution: str, categories: list[str], make_image: Callable[..., str], make_job: Any
) -> None:
    indicator, asked, spare = make_image(), make_image(), make_image()
    label(project, indicator, categories[0])
    first = add(Step(round_id=evolution, index=1, asked=1))
    query = add(Query(round_id=evolution, step_id=first, image_id=asked, position=0, state="labelled"))
    label(project, asked, categories[1], kind="query", query_id=query, slot=0)
    change(Round, evolution, state="done")
    spec = PretrainedEncoder(config=MocoV2Config(source_id="s")).model_dump(mode="json")
    weights = {"weights_key": "encoders/e/1/encoder.safetensors", "weights_sha256": "abc"}
    row = {"project_id": project, "name": "TUP", "kind": "pretrain", "config": spec, "state": "ready"}
    encoder = add(Encoder(**row, **weights))
    ids = {"project_id": project, "number": 2, "encoder_id": encoder}
    further = add(Round(**ids, config={"schedule": [1]}, budget=2))
    request = load_step(start(make_job, further)).request
    assert request.labels == {indicator: 0, asked: 1}
    assert [image.id for image in request.pool] == [indicator, asked, spare]
    assert (request.excluded, request.ask) == ([], 2)
    assert request.encoder.spec == PretrainedEncoder(config=MocoV2Config(source_id="s"))
    assert request.encoder.sha256 == "abc"
    assert request.encoder.weights == str(get_storage().local_path(weights["weights_key"]))


def test_a_step_trains_on_the_newest_of_two_labels(
    project: str, evolution: str, categories: list[str], make_image: Callable[..., str], make_job: Any
) -> None:
    image = make_image()
    before, after = now() - timedelta(hours=1), now()
    step = add(Step(round_id=evolution, index=1, asked=1))
    query = add(Query(round_id=evolution, step_id=step, image_id=image, position=0, state="labelled"))
    label(project, image, categories[0], id="f" * 32, created_at=before)
    answer = {"kind": "query", "query_id": query, "slot": 0}
    label(project, image, categories[1], id="0" * 32, created_at=after, **answer)
    assert load_step(start(make_job, evolution)).request.labels == {image: 1}
