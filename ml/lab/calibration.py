"""How far confidences are from being chances, as a head says them and as people are shown them."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from ml.lab.experiment import Experiment
from ml.lab.material import Material
from ml.lab.simulate import simulate
from ml.metrics.calibration import expected_calibration_error
from ml.progress import Progress, within
from ml.step.evolution import Evolution

PLACES = ("pool", "test images")
Errors = dict[tuple[str, float], list[tuple[float, float]]]


def calibration(
    experiment: Experiment, seeds: Sequence[int], material: Material, progress: Progress
) -> Errors:
    """Return {(place, labels a category): [(error without, error with the temperature) of each seed]}.

    `place` is the pool's readable images, or the test images. Errors are expected calibration errors, in
    [0, 1]; budgets at which there is no model are left out.
    """
    errors: Errors = defaultdict(list)

    def watch(step: Evolution, drawn: Material, asked: int) -> None:
        if step.model is None:
            return
        truth = np.concatenate([drawn.truth, np.array(drawn.test_truth, dtype=np.int64)])
        readable = ~step.embedded.embedding.unreadable
        in_pool = np.arange(len(truth)) < len(drawn.truth)
        labels = round(asked / len(drawn.categories), 2)
        said, shown = step.model.probabilities, step.model.confidences
        for place, own in zip(PLACES, (in_pool & readable, ~in_pool & readable), strict=True):
            errors[place, labels].append(
                (
                    expected_calibration_error(said[own], truth[own]),
                    expected_calibration_error(shown[own], truth[own]),
                )
            )

    for number, seed in enumerate(seeds):
        part = within(progress, number / len(seeds), (number + 1) / len(seeds))
        simulate(experiment, seed, material, part, watch)
    return dict(errors)


def calibration_table(errors: Errors, at: Sequence[float]) -> str:
    """Return a markdown table of mean errors in per cent, without and with the temperature."""
    header = ["images", *(f"1+{labels:g}" for labels in at)]
    rows = [[place, *(cell(errors.get((place, labels), [])) for labels in at)] for place in PLACES]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [header, ["---"] * len(header), *rows])


def cell(pairs: Sequence[tuple[float, float]]) -> str:
    """Return "without, with" as means in per cent, nothing where there are none."""
    return ", ".join(f"{100 * mean:.1f}" for mean in np.mean(pairs, axis=0)) if pairs else ""
