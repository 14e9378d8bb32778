"""Eigen-samples by Anchor-Constrained KMeans: the labelled images are the anchors."""

from dataclasses import dataclass

import numpy as np

from ml.clustering.ackmeans import clustered
from ml.config import AckmeansStrategy
from ml.selection.anchored import anchored
from ml.selection.protocol import Selection, SelectionInput
from ml.selection.rules import RULES


@dataclass(frozen=True)
class AckmeansSelector:
    """Cluster what is eligible and labelled, and take one image of every new cluster by the eigen rule."""

    strategy: AckmeansStrategy
    eigen_rule: str

    def __call__(self, given: SelectionInput) -> Selection:
        """Return one eigen-sample per new cluster."""
        anchors = len(given.labelled)
        clustering = clustered(
            anchored(given),
            min(given.ask, len(given.eligible)),
            max_iter=self.strategy.max_iter,
            init=self.strategy.init,
            seed=given.seed,
        )
        eigen = []
        for cluster in range(anchors, len(clustering.centres)):
            members = np.flatnonzero(clustering.labels == cluster)
            scores = RULES[self.eigen_rule](given.features, members, clustering.centres[cluster])
            eigen.append(members[int(scores.argmax())])
        return Selection(np.array(eigen, dtype=np.int64), clustering.labels)
