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
from pathlib import Path
from typing import Any

from ml.config import RoundConfig
from ml.evolution import evolve
from ml.lab.encoders import encoder_named
from ml.lab.material import Material, read_material
from ml.lab.simulate import indicators, request_of, rows_asked
from ml.proposals import suggestions
from ml.runtime import PhaseTimer

FRONTEND = Path(__file__).parents[1] / "frontend"


def no_progress(share: float, phase: str, message: str) -> None:
    """Take no notice of how far it is."""


def guesses(material: Material, schedule: list[int], seed: int) -> list[dict[str, Any]]:
    """Return, for each image asked about in one round, its step, its truth and what the model guessed."""
    config = RoundConfig.model_validate({"schedule": schedule, "seed": seed})
    truth, images = material.truth, material.pool.images
    labels = {images[row].id: int(truth[row]) for row in indicators(truth, seed)}
    asked = []
    for number in range(1, config.steps + 1):
        request = request_of(config, material, labels, number)
        step = evolve(request, no_progress, PhaseTimer(), embedded=material.embedded)
        if step.confidences is None:
            continue
        for row in rows_asked(step):
            guessed = suggestions(step.confidences[row])
            asked.append({"step": number, "truth": int(truth[row]), "suggestions": guessed})
            labels[images[row].id] = int(truth[row])
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
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "eigenlab-cache")
    chosen = parser.parse_args()
    encoder = encoder_named(chosen.encoder, chosen.image_size)
    material = read_material(chosen.pool, chosen.test, encoder, chosen.cache, no_progress)
    schedule = [int(number) for number in chosen.schedule.split(",")]
    asked = [each for seed in chosen.seeds.split(",") for each in guesses(material, schedule, int(seed))]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"categories": material.categories, "asked": asked}, file)
        file.flush()
        path = f"{FRONTEND.parent / 'scripts/node'}{os.pathsep}{os.environ['PATH']}"
        command = ["node", "scripts/keys-per-label.js", file.name]
        subprocess.run(command, cwd=FRONTEND, env=os.environ | {"PATH": path}, check=True)


if __name__ == "__main__":
    main()
