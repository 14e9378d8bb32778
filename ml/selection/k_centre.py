"""k-centre greedy: again and again the image farthest from every labelled or chosen one."""

import numpy as np
import torch

from ml.anchored_points import AnchoredPoints
from ml.runtime import choose_device
from ml.selection.candidates import candidates_of, points_of
from ml.selection.clusters import around
from ml.selection.protocol import Selection, SelectionInput


def select_centres(given: SelectionInput) -> Selection:
    """Return the farthest images (Sener and Savarese 2018, algorithm 1), the first by lot without a label."""
    generator = np.random.default_rng(given.seed)
    candidates = candidates_of(given, generator)
    points = AnchoredPoints(points_of(given, candidates), points_of(given, given.labelled), choose_device())
    gaps = points.anchor_distances.clone()
    chosen: list[int] = []
    for _ in range(min(given.ask, len(candidates))):
        best = int(gaps.argmax()) if len(given.labelled) + len(chosen) else int(generator.integers(len(gaps)))
        chosen.append(best)
        gaps = points.gaps_after(gaps, torch.tensor([best], device=points.device))[:, 0]
        # Below every distance, so that none is chosen twice even where all images are the same.
        gaps[chosen] = -1
    return around(given, candidates[np.array(chosen, dtype=np.int64)])
