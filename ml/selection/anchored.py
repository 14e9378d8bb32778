"""The pool with its labelled images as anchors."""

import numpy as np

from ml.clustering.anchored_points import AnchoredPoints
from ml.features.blocks import FeatureBlocks
from ml.runtime import choose_device
from ml.selection.protocol import SelectionInput


def anchored(given: SelectionInput) -> AnchoredPoints:
    """Return all rows of the pool in its order, of which the labelled and eligible ones take part."""
    points = FeatureBlocks(given.features, choose_device())
    taking_part = np.zeros(len(given.features), dtype=np.bool_)
    taking_part[given.labelled] = True
    taking_part[given.eligible] = True
    anchors = given.features[given.labelled].astype(np.float32, copy=False)
    return AnchoredPoints(
        points,
        anchors,
        points.device,
        taking_part=taking_part,
        nearest=given.memory.nearest(points, points.tensor(anchors), given.labelled, given.features_key),
    )
