"""Keys that a person presses for a label when there are many categories, with the model's own guesses.

    export PETS=../shared/data/pets37/pets37.zip
    python -m benchmarks.keys_per_label $PETS::train $PETS::test

plays rounds in which the truth answers, takes what the model guessed for each image that was asked about, and
has the annotate page's own code (`frontend/src/lib/labelling/effort.ts`) count keys: one where the truth is
among the nine rows that digits choose, else letters of its name until it is, and a digit.
"""

import argparse
import json
import os
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

from ml.config import RoundConfig
from ml.lab.encoders import encoder_named
from ml.lab.experiment import Experiment
from ml.lab.material import Material, read_material
from ml.lab.options import DEFAULT_CACHE, numbers
from ml.lab.simulate import rows_asked, simulate
from ml.progress import no_progress
from ml.step.evolution import Evolution
from ml.step.proposals import suggestions

FRONTEND = Path(__file__).parents[1] / "frontend"


def guesses(experiment: Experiment, seed: int, material: Material) -> list[dict[str, Any]]:
    """Return, for each image asked about in one round, its step, its truth and what the model guessed."""
    asked: list[dict[str, Any]] = []
    steps = count(1)

    def watch(step: Evolution, drawn: Material, _asked: int) -> None:
        number = next(steps)
        if step.confidences is not None:
            rows = rows_asked(step)
            guessed = [suggestions(step.confidences[row]) for row in rows]
            truths = drawn.truth[rows].tolist()
            asked.extend(
                {"step": number, "truth": truth, "suggestions": said}
                for truth, said in zip(truths, guessed, strict=True)
            )

    simulate(experiment, seed, material, no_progress, watch)
    return asked


def main() -> None:
    """Print keys a label, in all and for each step."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("pool")
    parser.add_argument("test")
    parser.add_argument("--schedule", default="1,1,1")
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--encoder", default="efficientnet_lite0")
    parser.add_argument("--image-size", type=int)
    parser.add_argument("--cache", type=Path, default=DEFAULT_CACHE)
    chosen = parser.parse_args()
    encoder = encoder_named(chosen.encoder, chosen.image_size)
    material = read_material(chosen.pool, chosen.test, encoder, chosen.cache, no_progress)
    experiment = Experiment(
        pool=chosen.pool,
        test=chosen.test,
        encoder=encoder.spec,
        config=RoundConfig(schedule=numbers(chosen.schedule, "--schedule")),
    )
    seeds = numbers(chosen.seeds, "--seeds")
    asked = [each for seed in seeds for each in guesses(experiment, seed, material)]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"categories": material.categories, "asked": asked}, file)
        file.flush()
        path = f"{FRONTEND.parent / 'scripts/node'}{os.pathsep}{os.environ['PATH']}"
        command = ["node", "scripts/keys-per-label.js", file.name]
        subprocess.run(command, cwd=FRONTEND, env=os.environ | {"PATH": path}, check=True)


if __name__ == "__main__":
    main()
