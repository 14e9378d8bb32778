"""Fits of a review without a model: pages are cut from what a test says that the model calls each image."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from safetensors.numpy import save_file
from sqlalchemy import select

from app.core.database import read_session
from app.core.models import Annotation, Image, Job
from app.labelling.seen import SEEN
from ml.messages import ReviewPage, ReviewResult, StepResult
from tests.app.labelling_factory import Labelling
from worker.database.claims import Claim, claim
from worker.database.reviews import FitWork, load_fit, save_fit


@dataclass
class Model:
    """What a model calls the images of a project, by their ids; without a word, the first category."""

    made: Labelling
    calls: Mapping[str, int] = field(default_factory=dict)
    no_category: bool = False

    def fit(self, review_id: str) -> FitWork:
        """Do the fit that is queued as a worker would; returns its work."""
        held, work = self.begin(review_id)
        self.end(held, work)
        return work

    def begin(self, review_id: str) -> tuple[Claim, FitWork]:
        """Claim the fit that is queued, with what it is asked."""
        held = self.claim(review_id)
        return held, load_fit(held)

    def claim(self, review_id: str) -> Claim:
        """Claim the fit that is queued."""
        waiting = select(Job.id).where(
            Job.round_id == review_id, Job.kind == "review_fit", Job.state == "queued"
        )
        with read_session() as session:
            held = claim(session.scalars(waiting).one())
        assert held is not None
        return held

    def end(self, held: Claim, work: FitWork) -> None:
        """Write the files that a child would have written, and save."""
        request = work.request.step
        pool = [image.id for image in request.pool]
        called = [self.calls.get(image, 0) for image in pool]
        belief = np.full((len(pool), len(request.categories)), 0.1, dtype=np.float32)
        belief[np.arange(len(pool)), called] = 0.9
        save_file({"probabilities": belief}, request.output_directory / "step.safetensors")
        document = {"images": pool, "pool": len(pool), "categories": request.categories}
        (request.output_directory / "images.json").write_text(json.dumps(document))
        save_fit(held, work, self._result(work, dict(zip(pool, called, strict=True))))

    def _result(self, work: FitWork, called: dict[str, int]) -> ReviewResult:
        request, size = work.request.step, work.request.review.page_size
        doubted = work.request.review.mode == "disagree"
        seen = request.labels.keys() - set(work.request.unseen)
        shown = [image for image in called if (image in seen) == doubted]
        shown = [image for image in shown if image not in work.request.hidden]
        labels = request.labels if doubted else called
        pages = []
        for category in sorted({labels[image] for image in shown}):
            own = [image for image in shown if labels[image] == category]
            for start in range(0, len(own), size):
                images = own[start : start + size]
                pages.append(
                    ReviewPage(
                        image_ids=images,
                        category=None if self.no_category else category,
                        guesses=[called[image] for image in images],
                        confidences=[0.9] * len(images),
                    )
                )
        step = StepResult(
            accuracy=None, train_labels=len(request.labels), proposals=[], short=None, seconds={}, record={}
        )
        return ReviewResult(
            step=step, pages=pages[: work.request.pages], pages_left=len(pages), unreadable=[]
        )


def labels_of(made: Labelling) -> dict[str, tuple[str | None, str]]:
    """Return (category, kind) of the label of each image that somebody has seen."""
    statement = select(Annotation.image_id, Annotation.category_id, Annotation.kind)
    with read_session() as session:
        rows = session.execute(statement.where(Annotation.project_id == made.project_id, SEEN)).all()
    found = {row.image_id: (row.category_id, row.kind) for row in rows}
    assert len(found) == len(rows)
    return found


def pool_of(made: Labelling) -> list[str]:
    """Return the ids of the pool, in their order."""
    statement = select(Image.id).where(Image.project_id == made.project_id, Image.split == "pool")
    with read_session() as session:
        return list(session.scalars(statement.order_by(Image.id)))
