"""How good a head on an encoder is, by the labels that there are: each left out in turn.

Encoders are compared on the same images: the labelled ones, at most `LABELS` of them, among `OTHERS` others
of the pool, for a head that spreads labels over neighbours. So an encoder that has seen nothing of a large
pool takes little longer than one that has.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ml.config import FrozenFinetune, RoundConfig
from ml.encoders.ahead import Limited, Piece, embed_piece
from ml.encoders.backbone import Encoder, open_encoder
from ml.encoders.embed import Embedding, choose_image_size, digests_by
from ml.encoders.feature_cache import FeatureCache
from ml.features.precision import as_float32
from ml.features.vectors import l2_normalised
from ml.finetune.frozen import PROPAGATING
from ml.messages import ImageFile
from ml.neighbours.graphs import build_graphs
from ml.progress import Progress
from ml.review.learner import Learner, compact
from ml.step.comparing import CompareRequest, CompareResult

LABELS = 300
OTHERS = 500
# So many labels are left out one by one; more of them in folds.
ONE_BY_ONE = 20
FOLDS = 10
NOT_MEASURED = -1


@dataclass(frozen=True)
class Work:
    """An encoder, its features so far, and the images that it is compared on."""

    encoder: Encoder
    cache: FeatureCache
    size: int
    images: list[ImageFile]


def compare(request: CompareRequest, progress: Progress) -> CompareResult:
    """Return which labels the default head on the encoder gets right without them, once all is embedded."""
    encoder = open_encoder(request.encoder, request.cache_directory)
    size = choose_image_size(encoder, request.encoder.spec.image_size, request.pool)
    cache = FeatureCache(request.cache_directory, encoder.sha256, size)
    work = Work(encoder, cache, size, compared(request))
    done = embed_some(work, work.images, request, progress)
    if done.left:
        return answer(request, work, done, None)
    progress(0.9, "comparing", f"{len(request.labels):,} labels")
    hits = left_out(request, work)
    if not request.timed and not done.embedded:
        done = embed_some(work, request.pool, request, progress)
    return answer(request, work, done, hits)


def embed_some(work: Work, images: list[ImageFile], request: CompareRequest, progress: Progress) -> Piece:
    known = set(request.unreadable)
    tried = [image for image in images if image.sha256 not in known]
    return embed_piece(work.encoder, tried, work.size, work.cache, Limited(progress, request.seconds))


def answer(request: CompareRequest, work: Work, done: Piece, hits: dict[str, bool] | None) -> CompareResult:
    """Return what is told of a call."""
    unreadable = {*request.unreadable, *done.unreadable}
    readable = [image for image in request.pool if image.sha256 not in unreadable]
    missing = work.cache.missing(digests_by(readable))
    return CompareResult(
        hits=hits,
        left=done.left if hits is None else 0,
        embedded=done.embedded,
        seconds=done.seconds,
        missing=len(missing),
        unreadable=done.unreadable,
    )


def compared(request: CompareRequest) -> list[ImageFile]:
    """Return the images to compare on, the same for each encoder: by sha256, which is as good as chance."""
    ordered = sorted(request.pool, key=lambda image: image.sha256)
    labelled = [image for image in ordered if image.id in request.labels]
    return balanced(labelled, request.labels) + [i for i in ordered if i.id not in request.labels][:OTHERS]


def balanced(images: list[ImageFile], labels: dict[str, int]) -> list[ImageFile]:
    """Return up to `LABELS` of `images`: the first of every category, then the second, and so on."""
    seen: dict[int, int] = {}
    places: list[tuple[int, int]] = []
    for place, image in enumerate(images):
        label = labels[image.id]
        places.append((seen.setdefault(label, 0), place))
        seen[label] += 1
    return [images[place] for _, place in sorted(places)[:LABELS]]


def left_out(request: CompareRequest, work: Work) -> dict[str, bool]:
    """Return, by image id, whether heads that have not learned a label give the image this label."""
    rows = work.cache.find(digests_by(work.images))
    images = [image for image, row in zip(work.images, rows, strict=True) if row >= 0]
    features = as_float32(work.cache.stored[rows[rows >= 0]])
    labels = np.array([request.labels.get(image.id, -1) for image in images], dtype=np.int64)
    guesses = guessed(RoundConfig().finetune, features, labels)
    measured = np.flatnonzero(guesses != NOT_MEASURED)
    return {images[row].id: bool(guesses[row] == labels[row]) for row in measured}


def guessed(head: object, features: NDArray[np.float32], labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return int64[N], what a head calls each labelled image that was fitted without its label.

    `labels` int64[N] are -1 where there is none; such rows, and labels that are alone in their category, are
    NOT_MEASURED.
    """
    settings = head if isinstance(head, FrozenFinetune) else FrozenFinetune()
    found = np.full(len(labels), NOT_MEASURED, dtype=np.int64)
    folds = folds_of(labels)
    if len(np.unique(labels[folds >= 0])) < 2:
        return found
    unreadable = np.zeros(len(labels), dtype=np.bool_)
    embedding = compact(Embedding(features, unreadable, 0, 0, 0.0))
    graphs = build_graphs(l2_normalised(features)) if settings.head in PROPAGATING else None
    learner = Learner(settings, embedding, graphs, len(labels))
    for fold in range(folds.max() + 1):
        rows = np.flatnonzero(folds == fold)
        known = labels.copy()
        known[rows] = -1
        found[rows] = learner.probabilities(known, int(labels.max()) + 1)[rows].argmax(axis=1)
    return found


def folds_of(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return int64[N], the fold that each of `labels` is left out with, from 0; -1 for what is not.

    One by one up to `ONE_BY_ONE` labels, else in `FOLDS`, each category in as many of them as it can be.
    """
    found = np.full(len(labels), -1, dtype=np.int64)
    generator = np.random.default_rng(0)
    categories, counts = np.unique(labels[labels >= 0], return_counts=True)
    several = categories[counts > 1]
    rows = np.flatnonzero(np.isin(labels, several))
    if len(rows) <= ONE_BY_ONE:
        found[rows] = np.arange(len(rows))
        return found
    offset = 0
    for category in several:
        own = generator.permutation(np.flatnonzero(labels == category))
        found[own] = (np.arange(len(own)) + offset) % FOLDS
        offset += len(own)
    return found
