"""Do certificates hold, and what do they take?

    python experiments/certificates.py --data ../shared/data --out OUT [--cache DIR] [--plan 0:24,10000:6]

A round of 1 + 3 labels a category is simulated once a set. Its beliefs, resampled to pools of stated sizes,
are then reviewed and audited with the truth answering (`ml/lab/finish.py`), the head never fitted again, so
that a run takes seconds. Each run adds a line to OUT; a stopped run goes on with those that are missing.
Then the table: how many runs have more wrong labels than their certificate allows, with a binomial test.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest

from ml.lab.choices import DEFAULT_HEAD, DEFAULT_STRATEGY
from ml.lab.encoders import encoder_named
from ml.lab.experiment import Experiment
from ml.lab.finish import People, after_the_round, review_of
from ml.lab.finish_command import NO_TEST
from ml.lab.finish_file import Finishing
from ml.lab.material import read_pool
from ml.lab.options import BUNDLED_NAME, DEFAULT_CACHE, progress_bar
from ml.lab.simulate_command import round_config
from ml.progress import no_progress
from ml.review.belief import Belief
from ml.review.pages import Page
from ml.review.session import Paging, Review
from ml.whole_file import written_whole

SETS = ("trashnet", "pets37", "eurosat", "cifar10")
GOALS = (0.01, 0.02, 0.05)
# Pool sizes, each with the runs of a set and goal; 0: four in five images of the set as it is.
PLAN = "0:24,3000:12,10000:6,100000:1"
SURE, PAGE = 0.95, 48


@dataclass(frozen=True)
class Known:
    """What the round believes of a set: `probabilities` float32[N, C], and the `truth` int64[N]."""

    probabilities: NDArray[np.float32]
    truth: NDArray[np.int64]


class SortedReview(Review):
    """A review whose head is never fitted again: it finds pages without looking at every image."""

    def __init__(self, belief: Belief, paging: Paging) -> None:
        unreadable = np.zeros(len(belief.labels), dtype=bool)
        super().__init__(belief, lambda _: belief.probabilities, paging, unreadable)
        order = np.argsort(belief.confidence, kind="stable")
        self.waiting = {c: order[belief.predicted[order] == c] for c in np.unique(belief.predicted)}

    def page(self) -> Page | None:
        """Return the page that `least_sure` shows next, its images by confidence."""
        found: list[tuple[bool, float, Page]] = []
        for category, rows in self.waiting.items():
            free = self.free(category, rows)
            if len(free):
                doubt = -float(self.belief.confidence[free].mean())
                found.append((len(free) == self.paging.size, doubt, Page(free, int(category))))
        return max(found, key=lambda each: each[:2])[2] if found else None

    def free(self, category: int, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return up to a page of the least sure unseen `rows` of a category."""
        seen, size = self.belief.seen, self.paging.size
        start = rows[: 4 * size]
        free = start[~seen[start]]
        if len(free) < size < len(rows):
            self.waiting[category] = rows = rows[~seen[rows]]
            free = rows
        return free[:size]


def finishing(data: Path, name: str, goal: float) -> Finishing:
    """Return how a set is finished."""
    named = encoder_named(BUNDLED_NAME, None)
    rule = {"kind": "frozen", "head": DEFAULT_HEAD}
    start = Experiment(
        pool=f"{data}/{name}/{name}.zip::train",
        test=NO_TEST,
        encoder=named.spec,
        config=round_config([1, 1, 1], DEFAULT_STRATEGY, "densest", rule, []),
        weights=named.weights,
        weights_sha256=named.sha256,
    )
    return Finishing(start=start, page=PAGE, refit_every=0, mode="least_sure", goal=goal, sure=SURE)


def known(data: Path, name: str, cache: Path) -> Known:
    """Return what the round of seed 0 leaves of a set; it is kept in `cache`."""
    kept = cache / "certificates" / f"{name}.npz"
    if not kept.exists():
        settings, named = finishing(data, name, GOALS[0]), encoder_named(BUNDLED_NAME, None)
        with progress_bar(name) as progress:
            material = read_pool(settings.start.pool, named, cache, progress)
            step, drawn = after_the_round(settings, 0, material, progress)
        review = review_of(settings, step, len(drawn.truth))
        readable, belief = ~review.unreadable, review.belief
        kept.parent.mkdir(parents=True, exist_ok=True)
        with written_whole(kept) as partial, partial.open("wb") as file:
            np.savez(file, probabilities=belief.probabilities[readable], truth=drawn.truth[readable])
    found = np.load(kept)
    return Known(found["probabilities"], found["truth"])


def run(settings: Finishing, name: str, beliefs: Known, images: int, seed: int) -> dict[str, Any]:
    """Return what finishing one pool took, and whether its certificate holds."""
    goal = settings.goal or 0.0
    generator = np.random.default_rng([seed, images, round(1000 * goal)])
    count = len(beliefs.truth)
    rows = (
        generator.integers(count, size=images)
        if images
        else generator.choice(count, round(0.8 * count), replace=False)
    )
    probabilities, truth = beliefs.probabilities[rows], beliefs.truth[rows]
    labels = np.full(len(rows), -1, dtype=np.int64)
    belief = Belief(np.zeros((len(rows), 1), dtype=np.float32), probabilities, labels)
    people = People(settings, seed, truth, SortedReview(belief, Paging(PAGE, 0, "least_sure")))
    finished = people.finish(no_progress)
    wrong, allowed = finished.wrong, finished.certificate.wrong_at_most
    return {
        "set": name,
        "pool": images,
        "images": len(rows),
        "goal": goal,
        "seed": seed,
        "right_at_start": finished.right_at_start,
        "seen": finished.seen,
        "audited": finished.audited,
        "audits": finished.audits,
        "seconds": finished.seconds,
        "seconds_seeing_all": seconds_seeing_all(settings, belief, truth),
        "wrong": wrong,
        "wrong_at_most": allowed,
        "broken": wrong > allowed,
    }


def seconds_seeing_all(settings: Finishing, belief: Belief, truth: NDArray[np.int64]) -> float:
    """Return what looking at every page takes, without an audit."""
    review = SortedReview(belief, Paging(PAGE, 0, "least_sure"))
    pages = gestures = 0
    while (page := review.page()) is not None:
        pages, gestures = pages + 1, gestures + settings.costs.gestures(truth[page.rows])
        review.take(page.rows, truth[page.rows])
    return round(settings.costs.seconds(0, len(truth), gestures), 1)


def table(runs: list[dict[str, Any]]) -> str:
    """Return the runs by pool size and goal, and the test over all of them."""
    lines = [
        "| pool | goal | runs | seen | answers | audits, most | time of seeing all | certificates too low |",
        "| --: | --: | --: | --: | --: | --: | --: | --: |",
    ]
    for pool in sorted({each["pool"] for each in runs}):
        for goal in GOALS:
            own = [each for each in runs if (each["pool"], each["goal"]) == (pool, goal)]
            if own:
                lines.append(f"| {' | '.join(cells(pool, goal, own))} |")
    broken = sum(each["broken"] for each in runs)
    test = binomtest(broken, len(runs), 1 - SURE, alternative="greater")
    verdict = f"{broken} of {len(runs)} certificates are too low; more than 5 %: p = {test.pvalue:.3g}."
    return "\n".join([*lines, "", verdict])


def cells(pool: int, goal: float, own: list[dict[str, Any]]) -> list[str]:
    """Return one row of the table, means over its runs."""

    def mean(name: str) -> float:
        return float(np.mean([each[name] for each in own]))

    seen = np.mean([each["seen"] / each["images"] for each in own])
    time = np.mean([each["seconds"] / each["seconds_seeing_all"] for each in own])
    return [
        f"{pool:,}" if pool else "the set",
        f"{100 * goal:g} %",
        str(len(own)),
        f"{100 * seen:.0f} %",
        f"{mean('audited'):.0f}",
        f"{mean('audits'):.1f}, {max(each['audits'] for each in own)}",
        f"{100 * time:.0f} %",
        str(sum(each["broken"] for each in own)),
    ]


def main() -> None:
    """Do the runs that OUT lacks, and print the table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--data", type=Path, required=True)
    arguments.add_argument("--out", type=Path, required=True)
    arguments.add_argument("--cache", type=Path, default=DEFAULT_CACHE)
    arguments.add_argument("--sets", default=",".join(SETS))
    arguments.add_argument(
        "--plan", default=PLAN, help="pool:runs,... of each set and goal; 0: the set itself"
    )
    given = arguments.parse_args()
    given.out.touch()
    runs = [json.loads(line) for line in given.out.read_text().splitlines()]
    done = {(each["set"], each["pool"], each["goal"], each["seed"]) for each in runs}
    plan = [tuple(map(int, part.split(":"))) for part in given.plan.split(",")]
    for name in given.sets.split(","):
        beliefs = known(given.data, name, given.cache)
        for (pool, seeds), goal in product(plan, GOALS):
            for seed in range(seeds):
                if (name, pool, goal, seed) not in done:
                    settings = finishing(given.data, name, goal)
                    runs.append(run(settings, name, beliefs, pool, seed))
                    with given.out.open("a") as file:
                        file.write(json.dumps(runs[-1]) + "\n")
    sys.stdout.write(f"{table(runs)}\n")


if __name__ == "__main__":
    main()
