"""What a step is told of labelled clusters."""

import json
from collections.abc import Callable
from typing import Any

from app.core.database import now
from app.core.models import Query, Round, Step
from app.core.storage import get_storage
from tests.worker.database.test_steps import label, proposal, result, rows, save, start
from tests.worker.rows import add, change
from worker.database.requests import load_step


def query(evolution: str, step_id: str, image_id: str, position: int, dropped: list[str]) -> str:
    ids = {"round_id": evolution, "step_id": step_id, "image_id": image_id}
    return add(Query(**ids, position=position, state="labelled", dropped_image_ids=dropped))


def test_a_step_is_told_which_weak_labels_count_and_what_was_dropped(
    project: str, evolution: str, categories: list[str], make_image: Callable[..., str], make_job: Any
) -> None:
    asked, also, kept, relabelled, withdrawn, *dropped = [make_image() for _ in range(9)]
    step_id = add(Step(round_id=evolution, index=1, state="finetuning", asked=2))
    first = query(evolution, step_id, asked, 0, dropped[:2])
    query(evolution, step_id, also, 1, [dropped[2], kept])
    real = label(project, asked, categories[0], kind="query", query_id=first, slot=0)
    real_too = label(project, relabelled, categories[1])
    weak = label(project, kept, categories[0], kind="weak", cluster_query_id=first)
    label(project, relabelled, categories[0], kind="weak", cluster_query_id=first)
    label(project, withdrawn, categories[0], kind="weak", cluster_query_id=first, superseded_at=now())
    change(Round, evolution, config={"schedule": [1, 1], "weak_labels": True}, step=1, state="finetuning")
    held = start(make_job, evolution, "round_advance", 1)
    work = load_step(held)
    assert work.request.labels == {asked: 0, relabelled: 1}
    assert work.request.weak == {kept: 0}
    assert work.request.preferred == [dropped[0], dropped[2], dropped[1], kept]
    save(held, work, result(proposal(dropped[0])))
    (done,) = rows(Step, id=step_id)
    learned = json.loads(get_storage().read(f"{done.artefacts_key}/labels.json"))
    assert {each["annotation_id"] for each in learned} == {real, real_too, weak}
