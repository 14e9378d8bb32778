"""What is known of the anchors, carried from step to step.

While the encoder is frozen, a step adds anchors to those of the step before, so that only the added ones
have to be compared with the pool. The last step's distances are kept; without them, or when they are of
other features or of an image whose label is gone, all are computed, with the same result to the bit.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ml.clustering.nearest_anchors import NearestAnchors, no_anchors, with_anchors
from ml.features.blocks import FeatureBlocks


@dataclass(frozen=True)
class Known:
    """The nearest of the anchors `labelled` int64[m], rows of the features that `key` names."""

    key: str
    labelled: NDArray[np.int64]
    nearest: NearestAnchors


class AnchorMemory:
    """Remembers the anchors of the last step, of one pool at a time; who runs the steps owns it."""

    def __init__(self) -> None:
        self._known: Known | None = None

    def nearest(
        self, points: FeatureBlocks, anchors: torch.Tensor, labelled: NDArray[np.int64], key: str | None
    ) -> NearestAnchors:
        """Return each point's nearest of `anchors` [m, D], of the rows `labelled` int64[m]; remember it.

        Points with the same `key` have the same features to the bit; nothing is remembered where it is None.
        """
        positions = np.arange(len(anchors))
        known, kept = no_anchors(points), self._positions(points, labelled, key)
        if self._known is not None and kept is not None:
            known = self._known.nearest.renumbered(torch.from_numpy(kept).to(points.device))
            positions = np.setdiff1d(positions, kept)
        added = torch.from_numpy(positions).to(points.device)
        nearest = with_anchors(points, known, anchors[added], added)
        if key is not None:
            self._known = Known(key, labelled.copy(), nearest)
        return nearest

    def _positions(
        self, points: FeatureBlocks, labelled: NDArray[np.int64], key: str | None
    ) -> NDArray[np.int64] | None:
        """Return where the known anchors are in `labelled`, or None when they are of no use."""
        known = self._known
        if known is None or known.key != key:
            return None
        if known.nearest.labels.shape != (points.count,) or known.nearest.labels.device != points.device:
            return None
        place = {int(row): position for position, row in enumerate(labelled)}
        kept = np.array([place.get(int(row), -1) for row in known.labelled], dtype=np.int64)
        ascending = bool((np.diff(kept, prepend=-1) > 0).all())
        return kept if ascending else None
