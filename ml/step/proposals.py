"""From selected rows to proposals: what each stands for, what the model guesses, what to ask instead."""

import numpy as np
from numpy.typing import NDArray

from ml.messages import Proposal, StepRequest
from ml.selection.density import local_density
from ml.selection.protocol import Selection, SelectionInput

MEMBERS = 12
SUGGESTIONS = 10
SUBSTITUTES = 16
# Substitutes of last resort need a rough density only, and it is computed while people wait.
DENSITY_SAMPLE = 256


def proposals_of(
    request: StepRequest,
    given: SelectionInput,
    selection: Selection,
    probabilities: NDArray[np.float32] | None,
) -> list[Proposal]:
    """Return a proposal per eigen-sample, that of the largest cluster first."""
    ids = np.array([image.id for image in request.pool], dtype=object)
    free = np.setdiff1d(given.eligible, selection.eigen)
    density = local_density(given.features, free, given.seed, DENSITY_SAMPLE)
    by_density = free[np.argsort(-density, kind="stable")]
    proposals = []
    for index in asking_order(given, selection):
        row = selection.eigen[index]
        cluster = np.flatnonzero(selection.clusters == len(given.labelled) + index)
        others = nearest_first(given.features, int(row), cluster[cluster != row])
        instead = substitutes(np.intersect1d(others, free, assume_unique=True), others, by_density)
        proposals.append(
            Proposal(
                image_id=ids[row],
                cluster_size=len(others) + 1,
                cluster_image_ids=list(ids[others[:MEMBERS]]),
                suggestions=suggestions(probabilities[row]) if probabilities is not None else [],
                substitutes=list(ids[instead]),
            )
        )
    return proposals


def asking_order(given: SelectionInput, selection: Selection) -> NDArray[np.int64]:
    """Return int64[K], the positions in `selection.eigen`, the one with the largest cluster first."""
    own = len(given.labelled) + np.arange(len(selection.eigen))
    others = np.bincount(selection.clusters + 1, minlength=own.size + len(given.labelled) + 1)[own + 1]
    return np.argsort((selection.clusters[selection.eigen] == own) - others, kind="stable")


def nearest_first(features: NDArray[np.float32], row: int, others: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return `others` ordered by the cosine similarity of their features to those of `row`."""
    return others[np.argsort(-(features[others] @ features[row]), kind="stable")]


def likeness(given: SelectionInput, selection: Selection) -> NDArray[np.float32]:
    """Return float32[N], the cosine similarity of images of new clusters to their eigen-samples; else 0."""
    own = selection.clusters - len(given.labelled)
    rows = np.flatnonzero(own >= 0)
    similar = np.zeros(len(given.features), dtype=np.float32)
    for index in np.unique(own[rows]):
        members = rows[own[rows] == index]
        similar[members] = given.features[members] @ given.features[selection.eigen[index]]
    return similar


def substitutes(
    allowed: NDArray[np.int64], ranked: NDArray[np.int64], by_density: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return up to 16 rows: `ranked` ones that are `allowed` first, then those of highest density."""
    own = ranked[np.isin(ranked, allowed)][:SUBSTITUTES]
    rest = by_density[: SUBSTITUTES + len(own)]
    return np.concatenate([own, rest[~np.isin(rest, own)]])[:SUBSTITUTES]


def suggestions(probabilities: NDArray[np.float32]) -> list[tuple[int, float]]:
    """Return up to 10 (category index, probability), best first, leaving out zeros."""
    order = np.argsort(-probabilities, kind="stable")[:SUGGESTIONS]
    return [(int(index), float(probabilities[index])) for index in order if probabilities[index] > 0]
