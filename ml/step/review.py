"""A fit of a review: the model of all labels that there are, and the next pages for people to look at."""

import numpy as np
from numpy.typing import NDArray

from ml.clustering.anchor_memory import AnchorMemory
from ml.config import FrozenFinetune
from ml.messages import ReviewPage, ReviewRequest, ReviewResult
from ml.progress import Progress, within
from ml.review.belief import Belief
from ml.review.doubts import held_out
from ml.review.learner import Learner, compact
from ml.review.pages import Page, pages_of
from ml.runtime import PhaseTimer
from ml.step.evolution import Evolution, evolve
from ml.step.pipeline import result_of, store


def run_review(
    request: ReviewRequest, progress: Progress, memory: AnchorMemory | None = None
) -> ReviewResult:
    """Train on the labels of `request.step` as `run_step` does, and make the pages that follow from it."""
    timer = PhaseTimer()
    step = evolve(request.step, within(progress, 0.0, 0.9), timer, memory=memory)
    with timer.phase("pages"):
        progress(0.9, "making pages", f"{len(request.step.pool):,} images")
        belief = believed(request, step)
        pages = made(request, step, belief) if belief is not None else []
    with timer.phase("store"):
        store(request.step, step)
    progress(1.0, "done", "")
    pool = request.step.pool
    return ReviewResult(
        step=result_of(request.step, step, timer),
        pages=[told(request, belief, page) for page in pages] if belief is not None else [],
        pages_left=pages_left(request, step, belief) if belief is not None else 0,
        unreadable=[pool[row].id for row in np.flatnonzero(unreadable(request, step))],
    )


def believed(request: ReviewRequest, step: Evolution) -> Belief | None:
    """Return what the model of `step` believes of the pool; None where there is no model."""
    if step.confidences is None:
        return None
    pool = request.step.pool
    labels = np.full(len(pool), -1, dtype=np.int64)
    labels[step.training.rows] = step.training.targets
    labels[listed(request, request.unseen)] = -1
    doubts = None
    if request.review.mode == "disagree" and len(np.unique(labels[labels >= 0])) > 1:
        doubts = held_out(lambda known: learnt(request, step, known), labels, request.step.config.seed)
    return Belief(
        step.embedded.embedding.normalised[: len(pool)],
        step.confidences[: len(pool)],
        labels,
        before(request, step.confidences) if request.before else None,
        held_out=doubts,
    )


def learnt(request: ReviewRequest, step: Evolution, known: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return float32[pool, C], what a frozen head says that learned from the labels `known` int64[pool].

    It is the round's own where that is frozen, else the default one; without a graph, one that needs none.
    """
    finetune = step_head(request, step)
    embedding = compact(step.embedded.embedding)
    learner = Learner(finetune, embedding, step.graphs, len(request.step.pool))
    return learner.probabilities(known, len(request.step.categories))


def step_head(request: ReviewRequest, step: Evolution) -> FrozenFinetune:
    """Return the settings of the head that `learnt` fits."""
    own = request.step.config.finetune
    head = own if isinstance(own, FrozenFinetune) else FrozenFinetune()
    return head if step.graphs is not None else head.model_copy(update={"head": "logistic"})


def before(request: ReviewRequest, confidences: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return int64[pool], what the model before called each image; as now where that is not known."""
    position = {category: index for index, category in enumerate(request.step.categories)}
    now = confidences[: len(request.step.pool)].argmax(axis=1).tolist()
    called = [request.before.get(image.id, "") for image in request.step.pool]
    return np.array([position.get(each, now[row]) for row, each in enumerate(called)], dtype=np.int64)


def made(request: ReviewRequest, step: Evolution, belief: Belief) -> list[Page]:
    """Return the pages of the mode; where the model calls nothing otherwise than before, the surest."""
    review, shown = request.review, hidden(request, step)
    pages = pages_of(belief, shown, review.page_size, review.mode, request.pages)
    if not pages and review.mode == "changed":
        pages = pages_of(belief, shown, review.page_size, "surest", request.pages)
    return pages


def told(request: ReviewRequest, belief: Belief, page: Page) -> ReviewPage:
    """Return a page as it is told."""
    pool = request.step.pool
    return ReviewPage(
        image_ids=[pool[row].id for row in page.rows],
        category=page.category,
        guesses=belief.predicted[page.rows].tolist(),
        confidences=[round(float(value), 6) for value in belief.confidence[page.rows]],
    )


def pages_left(request: ReviewRequest, step: Evolution, belief: Belief) -> int:
    """Return how many pages show all that is unseen, as the model calls it now."""
    counts = np.bincount(belief.predicted[~belief.seen & ~hidden(request, step)])
    return int(np.ceil(counts / request.review.page_size).sum())


def hidden(request: ReviewRequest, step: Evolution) -> NDArray[np.bool_]:
    """Return bool[pool], whether an image is to be on no page."""
    return unreadable(request, step) | listed(request, request.hidden)


def unreadable(request: ReviewRequest, step: Evolution) -> NDArray[np.bool_]:
    """Return bool[pool], a copy: whether an image cannot be read."""
    found: NDArray[np.bool_] = step.embedded.embedding.unreadable[: len(request.step.pool)].copy()
    return found


def listed(request: ReviewRequest, image_ids: list[str]) -> NDArray[np.bool_]:
    """Return bool[pool], whether an image is one of `image_ids`."""
    wanted = set(image_ids)
    return np.array([image.id in wanted for image in request.step.pool], dtype=np.bool_)
