"""Labelling clusters without people: at the cut that is proposed, with or without dropping what is wrong."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ml.config import WITHOUT_MODEL, believed, first_cut
from ml.lab.experiment import Clusters
from ml.step.evolution import Evolution
from ml.step.proposals import asking_order, nearest_first

SHOWN = 200
"""A person sees so many images of a cluster at first."""


@dataclass
class WeakAnswers:
    """The weak labels and dropped images of a round so far: `how` says whether wrong images are dropped."""

    how: Clusters
    truth: NDArray[np.int64]
    labels: dict[int, int] = field(default_factory=dict)
    dropped: list[int] = field(default_factory=list)

    def answer(self, step: Evolution, labelled: set[int]) -> None:
        """Label the clusters of what `step` asks about; the rows `labelled` have a label of their own."""
        if self.how == "none" or step.selection is None:
            return
        own, self.dropped = set(step.selection.eigen.tolist()) | labelled, []
        for index in asking_order(step.given, step.selection):
            row = int(step.selection.eigen[index])
            number = len(step.given.labelled) + index
            members = np.flatnonzero(step.selection.clusters == number)
            others = np.array([each for each in members if int(each) not in own], dtype=np.int64)
            kept = proposed(step, row, others, int(self.truth[row]))
            right = self.truth[kept] == self.truth[row]
            if self.how == "checked":
                self.dropped += kept[~right].tolist()
                kept = kept[right]
            self.labels |= dict.fromkeys(kept.tolist(), int(self.truth[row]))

    def counting(self, labelled: set[int]) -> dict[int, int]:
        """Return the weak labels of rows that have no label of their own."""
        return {row: target for row, target in self.labels.items() if row not in labelled}


def proposed(step: Evolution, row: int, others: NDArray[np.int64], category: int) -> NDArray[np.int64]:
    """Return the rows of `others` that are proposed when the eigen-sample `row` is given a category."""
    near = nearest_first(step.given.features, row, others)
    if step.confidences is None:
        return near[:WITHOUT_MODEL]
    confidence = step.confidences[near, category]
    ranked = np.argsort(-confidence, kind="stable")[:SHOWN]
    return near[ranked][: first_cut([believed(float(each)) for each in confidence[ranked]])]
