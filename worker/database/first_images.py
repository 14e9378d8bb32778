"""Which images the first proposal of an open-ended round chooses from: some, for a person waits for it."""

from random import Random

from ml.messages import StepRequest

LEAST_IMAGES = 100
"""Two cores embed them in two to three seconds."""
IMAGES_PER_LABEL = 10


def of_some_images(request: StepRequest) -> StepRequest:
    """Return `request` for a random part of the pool, where it learns from nothing yet.

    No test images and no second encoder: there is no model to measure or to average. The rest of the pool is
    embedded meanwhile, and the next proposal chooses from all of it. The part depends on the seed.
    """
    count = max(LEAST_IMAGES, IMAGES_PER_LABEL * request.ask)
    excluded = set(request.excluded)
    rows = [row for row, image in enumerate(request.pool) if image.id not in excluded]
    if request.labels or request.weak or len(rows) <= count:
        return request
    pool = [request.pool[row] for row in sorted(Random(request.config.seed).sample(rows, count))]
    return request.model_copy(update={"pool": pool, "test": [], "test_truth": [], "second_encoder": None})
