"""What is lost where the first ten questions are chosen from a hundred images instead of five hundred?

    python experiments/first_part.py --data ../shared/data --out OUT [--cache DIR]

Five hundred images of a pool are drawn by a seed. Ten of them are chosen by default from all, and ten from a
random hundred of them, as an open-ended round begins. Each ten are labelled by the truth, and the default
head that learns from them is measured on the other images of the five hundred. Each row of OUT is one seed.
"""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.config import RoundConfig
from ml.encoders.embed import Embedded
from ml.lab.encoders import encoder_named
from ml.lab.material import Material, read_pool
from ml.lab.options import BUNDLED_NAME, DEFAULT_CACHE, progress_bar
from ml.messages import StepRequest
from ml.progress import no_progress
from ml.runtime import PhaseTimer
from ml.step.evolution import Evolution, evolve

SETS, SEEDS = ("trashnet", "pets37", "eurosat", "cifar10"), 10
IMAGES, PART, ASKED = 500, 100, 10
Rows = NDArray[np.int64]


def step(material: Material, rows: Rows, seed: int, labels: dict[str, int], ask: int) -> Evolution:
    """Return a step of an open-ended round whose pool is those `rows`."""
    embedding = material.embedded.embedding
    own = replace(embedding, features=embedding.features[rows], unreadable=embedding.unreadable[rows])
    request = StepRequest(
        config=RoundConfig(open_ended=True, seed=seed),
        encoder=material.encoder,
        pool=[material.pool.images[row] for row in rows],
        categories=material.categories,
        labels=labels,
        ask=ask,
        step=1,
        cache_directory=material.cache,
        output_directory=Path("/nonexistent"),
    )
    embedded = [Embedded(material.embedded.encoder, own)]
    return evolve(request, no_progress, PhaseTimer(), embedded=embedded)


def right(material: Material, rows: Rows, seed: int, part: Rows) -> tuple[float, int]:
    """Return how often the head is right that learns ten labels of `part`, and how many classes they name."""
    chosen = step(material, part, seed, {}, ASKED).selection
    assert chosen is not None
    asked = part[chosen.eigen]
    labels = {material.pool.images[row].id: int(material.truth[row]) for row in asked}
    learnt = step(material, rows, seed, labels, 0)
    if learnt.confidences is None:
        return float("nan"), 1
    rest = ~np.isin(rows, asked)
    correct = learnt.confidences.argmax(axis=1) == material.truth[rows]
    return float(correct[rest].mean()), len(set(labels.values()))


def main() -> None:
    """Draw, choose, learn and measure, for every set and seed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE)
    options = parser.parse_args()
    with options.out.open("a") as file:
        for name in SETS:
            with progress_bar(name) as progress:
                named = encoder_named(BUNDLED_NAME, None)
                pool = f"{options.data}/{name}/{name}.zip::train"
                material = read_pool(pool, named, options.cache, progress)
            for seed in range(SEEDS):
                generator = np.random.default_rng(seed)
                rows = np.sort(generator.choice(len(material.truth), IMAGES, replace=False))
                part = np.sort(generator.choice(rows, PART, replace=False))
                every, some = right(material, rows, seed, rows), right(material, rows, seed, part)
                row = {"set": name, "seed": seed, "all": every[0], "part": some[0]}
                row |= {"classes": {"all": every[1], "part": some[1]}}
                file.write(json.dumps(row) + "\n")
                file.flush()


if __name__ == "__main__":
    main()
