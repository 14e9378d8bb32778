"""The pool with its labelled images as anchors; what is known of them is carried from step to step.

While the encoder is frozen, a step adds anchors to those of the step before, so that only the added ones
have to be compared with the pool. The last step's distances are kept in this process; without them, or when
they are of other features or of an image whose label is gone, all are computed, with the same result to the
bit.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ml.anchored_points import AnchoredPoints
from ml.feature_blocks import FeatureBlocks
from ml.nearest_anchors import NearestAnchors, no_anchors, with_anchors
from ml.runtime import choose_device
from ml.selection.protocol import SelectionInput


@dataclass(frozen=True)
class Known:
    """The nearest of the anchors `labelled` int64[m], rows of the features that `features_key` names."""

    features_key: str
    labelled: NDArray[np.int64]
    nearest: NearestAnchors


class AnchorMemory:
    """Remembers the anchors of the last step, of one pool at a time."""

    def __init__(self) -> None:
        self._known: Known | None = None

    def forget(self) -> None:
        """Have the next step compute everything."""
        self._known = None

    def nearest(self, given: SelectionInput, points: FeatureBlocks) -> NearestAnchors:
        """Return each point's nearest labelled image, and remember it."""
        anchors = points.tensor(given.features[given.labelled])
        positions = np.arange(len(anchors))
        known, kept = no_anchors(points), self._positions(given, points)
        if self._known is not None and kept is not None:
            known = self._known.nearest.renumbered(torch.from_numpy(kept).to(points.device))
            positions = np.setdiff1d(positions, kept)
        added = torch.from_numpy(positions).to(points.device)
        nearest = with_anchors(points, known, anchors[added], added)
        if given.features_key is not None:
            self._known = Known(given.features_key, given.labelled.copy(), nearest)
        return nearest

    def _positions(self, given: SelectionInput, points: FeatureBlocks) -> NDArray[np.int64] | None:
        """Return where the known anchors are in `given.labelled`, or None when they are of no use."""
        known = self._known
        if known is None or known.features_key != given.features_key:
            return None
        if known.nearest.labels.shape != (points.count,) or known.nearest.labels.device != points.device:
            return None
        place = {int(row): position for position, row in enumerate(given.labelled)}
        kept = np.array([place.get(int(row), -1) for row in known.labelled], dtype=np.int64)
        ascending = bool((np.diff(kept, prepend=-1) > 0).all())
        return kept if ascending else None


MEMORY = AnchorMemory()


def anchored(given: SelectionInput) -> AnchoredPoints:
    """Return all rows of the pool in its order, of which the labelled and eligible ones take part."""
    points = FeatureBlocks(given.features, choose_device())
    taking_part = np.zeros(len(given.features), dtype=np.bool_)
    taking_part[given.labelled] = True
    taking_part[given.eligible] = True
    return AnchoredPoints(
        points,
        given.features[given.labelled].astype(np.float32, copy=False),
        points.device,
        taking_part=taking_part,
        nearest=MEMORY.nearest(given, points),
    )
