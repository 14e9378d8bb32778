"""How many labels would random selection have needed? What labels at hand say, against random rounds.

    python experiments/random_replay.py --data ../shared/data --out OUT [--cache DIR]

A round asks as by default. After one and three labels a category its beliefs are taken for the chances of
what each image shows: a world is drawn from them, in which images are labelled at random, and the head is
fitted again and measured on the rest of that world. The number of random labels with which it is right as
often as the beliefs say of themselves is the estimate. The same is done in the true world. Each row of OUT is
one step of one round.
"""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.lab.choices import DEFAULT_HEAD, DEFAULT_STRATEGY
from ml.lab.encoders import encoder_named
from ml.lab.experiment import Experiment
from ml.lab.finish_command import NO_TEST
from ml.lab.material import Material, read_pool
from ml.lab.options import BUNDLED_NAME, DEFAULT_CACHE, progress_bar
from ml.lab.simulate import indicators, simulate
from ml.lab.simulate_command import round_config
from ml.progress import no_progress
from ml.review.learner import Learner, compact
from ml.step.evolution import Evolution

SETS, SEEDS = ("trashnet", "pets37"), 3
SCHEDULE = [1, 2]
# Numbers of random labels that are tried, as parts of those asked; each is drawn so often.
PARTS, DRAWS = (0.5, 1.0, 1.6, 2.5, 4.0), 2
Labels = NDArray[np.int64]


def experiment(data: Path, name: str) -> Experiment:
    """Return the round of a set."""
    named = encoder_named(BUNDLED_NAME, None)
    rule = {"kind": "frozen", "head": DEFAULT_HEAD}
    config = round_config(SCHEDULE, DEFAULT_STRATEGY, "densest", rule, [])
    return Experiment(
        pool=f"{data}/{name}/{name}.zip::train",
        test=NO_TEST,
        encoder=named.spec,
        config=config,
        weights=named.weights,
        weights_sha256=named.sha256,
    )


def needed(right: float, counts: list[int], curve: list[float]) -> float | None:
    """Return with how many labels `curve` reaches `right`, by lines over their logarithms; None off it."""
    rising = np.maximum.accumulate(curve)
    if not rising[0] <= right <= rising[-1]:
        return None
    return float(np.exp(np.interp(right, rising, np.log(counts))))


def random_curve(
    learn: Callable[[Labels], NDArray[np.float32]],
    world: Callable[[], Labels],
    given: list[int],
    counts: list[int],
    generator: np.random.Generator,
) -> list[float]:
    """Return how often heads are right that learned `given` and so many random labels of drawn worlds."""
    found: list[float] = []
    for count in counts:
        rights: list[float] = []
        for _ in range(DRAWS):
            truth = world()
            free = np.setdiff1d(np.arange(len(truth)), given)
            rows = np.concatenate([given, generator.choice(free, count, replace=False)]).astype(np.int64)
            known = np.full(len(truth), -1, dtype=np.int64)
            known[rows] = truth[rows]
            rest = known < 0
            rights.append(float((learn(known).argmax(axis=1) == truth)[rest].mean()))
        found.append(float(np.mean(rights)))
    return found


def rows_of(name: str, seed: int, settings: Experiment, material: Material) -> list[dict[str, object]]:
    """Return what is found after each step of one round."""
    found: list[dict[str, object]] = []

    def watch(step: Evolution, drawn: Material, asked: int) -> None:
        if asked == 0 or step.confidences is None:
            return
        truth, count = drawn.truth, len(drawn.truth)
        learner = Learner(settings.config.finetune, compact(step.embedded.embedding), step.graphs, count)
        beliefs = step.confidences[:count].astype(np.float64)
        rest = np.ones(count, dtype=bool)
        rest[step.training.rows] = False
        right = float((beliefs.argmax(axis=1) == truth)[rest].mean())
        generator = np.random.default_rng([seed, asked])
        given = indicators(truth, seed)
        counts = [min(round(part * asked), count // 2) for part in PARTS]

        def learn(known: Labels) -> NDArray[np.float32]:
            return learner.probabilities(known, len(drawn.categories))

        def drawn_world() -> Labels:
            sums = np.cumsum(beliefs / beliefs.sum(axis=1, keepdims=True), axis=1)
            world = (generator.random((count, 1)) > sums).sum(axis=1).clip(max=len(drawn.categories) - 1)
            world[~rest] = truth[~rest]
            return world

        true_curve = random_curve(learn, lambda: truth, given, counts, generator)
        said_curve = random_curve(learn, drawn_world, given, counts, generator)
        said = float(beliefs.max(axis=1)[rest].mean())
        row = {"set": name, "seed": seed, "asked": asked, "right": right, "said": said, "counts": counts}
        row |= {"true_curve": true_curve, "said_curve": said_curve}
        row |= {"needed": needed(right, counts, true_curve), "estimate": needed(said, counts, said_curve)}
        found.append(row)

    simulate(settings, seed, material, no_progress, watch)
    return found


def main() -> None:
    """Replay every set and seed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE)
    options = parser.parse_args()
    with options.out.open("a") as file:
        for name in SETS:
            settings = experiment(options.data, name)
            with progress_bar(name) as progress:
                named = encoder_named(BUNDLED_NAME, None)
                material = read_pool(settings.pool, named, options.cache, progress)
            for seed in range(SEEDS):
                for row in rows_of(name, seed, settings, material):
                    file.write(json.dumps(row) + "\n")
                    file.flush()


if __name__ == "__main__":
    main()
