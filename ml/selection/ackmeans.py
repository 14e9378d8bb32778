"""Eigen-samples by Anchor-Constrained KMeans: the labelled images are the anchors."""

from dataclasses import dataclass

import numpy as np

from ml import ackmeans as algorithm
from ml.config import AckmeansStrategy
from ml.runtime import choose_device
from ml.selection.protocol import Selection, SelectionInput
from ml.selection.rules import RULES


@dataclass(frozen=True)
class AckmeansSelector:
    """Cluster what is eligible and labelled, and take one image of every new cluster by the eigen rule."""

    strategy: AckmeansStrategy
    eigen_rule: str

    def __call__(self, given: SelectionInput) -> Selection:
        """Return one eigen-sample per new cluster."""
        rows = np.concatenate([given.labelled, given.eligible])
        features = given.features[rows]
        anchors = len(given.labelled)
        clustering = algorithm.ackmeans(
            features,
            features[:anchors],
            min(given.ask, len(given.eligible)),
            max_iter=self.strategy.max_iter,
            init=self.strategy.init,
            seed=given.seed,
            device=choose_device(),
        )
        eigen = []
        for cluster in range(anchors, len(clustering.centres)):
            members = np.flatnonzero(clustering.labels == cluster)
            scores = RULES[self.eigen_rule](features[members], clustering.centres[cluster])
            eigen.append(rows[members[int(scores.argmax())]])
        clusters = np.full(len(given.features), -1, dtype=np.int64)
        clusters[rows] = clustering.labels
        return Selection(np.array(eigen, dtype=np.int64), clusters)
