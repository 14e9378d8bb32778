"""k-centre greedy: again and again the image farthest from every labelled or chosen one."""

import numpy as np
import torch

from ml.selection.anchored import anchored
from ml.selection.clusters import around
from ml.selection.protocol import Selection, SelectionInput


def select_centres(given: SelectionInput) -> Selection:
    """Return the farthest images (Sener and Savarese 2018, algorithm 1), the first by lot without a label.

    Every image of the pool is looked at, however many there are: the farthest are few, and a sample of the
    pool would miss them.
    """
    generator = np.random.default_rng(given.seed)
    points = anchored(given)
    barred = torch.ones(points.points.count, dtype=torch.bool, device=points.device)
    barred[torch.from_numpy(given.eligible).to(points.device)] = False
    gaps = points.anchor_distances.clone()
    chosen: list[int] = []
    for _ in range(min(given.ask, len(given.eligible))):
        # Below every distance, so that none is chosen twice even where all images are the same.
        gaps[barred] = -1
        first = not len(given.labelled) + len(chosen)
        best = int(given.eligible[generator.integers(len(given.eligible))] if first else gaps.argmax())
        chosen.append(best)
        barred[best] = True
        gaps = points.gaps_after(gaps, torch.tensor([best], device=points.device))[:, 0]
    return around(given, np.array(chosen, dtype=np.int64))
