"""The kinds of jobs, one row each: schema, queues, dependants, figures and workers read this table."""

from dataclasses import dataclass
from typing import Literal

from app.core.queues import QueueName


@dataclass(frozen=True)
class JobKind:
    """`queue` is the queue of its workers, `title` what the browser says that it does.

    `handler` is `module.function` below `worker.jobs`, called with a claim and its watchdog. What `makes`
    names waits for the job and ends with it: the row whose id is in the parameter `<makes>_id`. Rounds wait
    for every job that belongs to them. A job that `gives_way` goes behind those of its queue that do not.
    """

    queue: QueueName
    title: str
    handler: str
    makes: Literal["encoder", "source"] | None = None
    gives_way: bool = False


KINDS: dict[str, JobKind] = {
    "delete": JobKind("cpu", "Deleting a project", "deleting.delete_project", gives_way=True),
    "import": JobKind("cpu", "Importing images", "imports.import_images"),
    "encoder": JobKind("gpu", "Preparing the encoder", "encoders.prepare_encoder", makes="encoder"),
    "candidates": JobKind("gpu", "Looking for indicator candidates", "steps.find_candidates"),
    "round_start": JobKind("gpu", "Proposing the first images", "steps.evolve"),
    "round_advance": JobKind("gpu", "Learning from the labels", "steps.evolve"),
    "round_propose": JobKind("gpu", "Proposing the next images", "steps.evolve"),
    "embed": JobKind("gpu", "Embedding new images", "ahead.embed", gives_way=True),
    "compare": JobKind("gpu", "Comparing encoders", "comparing.compare", gives_way=True),
    "review_fit": JobKind("gpu", "Learning from the review", "reviews.fit"),
    "predict": JobKind("gpu", "Predicting new images", "later_images.predict"),
    "source": JobKind("cpu", "Counting the images of a source", "pretraining.count_source", makes="source"),
    "pretrain": JobKind("pretrain", "Pretraining an encoder", "pretraining.pretrain", makes="encoder"),
    "throughput": JobKind("pretrain", "Measuring the speed of pretraining", "pretraining.measure_throughput"),
}


def queue_of(kind: str) -> str:
    """Return the queue that jobs of `kind` wait in."""
    return KINDS[kind].queue


def title_of(kind: str, step: int | None) -> str:
    """Return what a job does, in words; a kind of another release goes by its name."""
    if kind == "round_advance" and step is not None:
        return f"Learning from step {step}"
    return KINDS[kind].title if kind in KINDS else kind
