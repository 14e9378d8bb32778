"""A simulated round is the service's round with the truth answering."""

from pathlib import Path

import numpy as np
import pytest

from ml.config import BundledEncoder, RandomStrategy, RoundConfig
from ml.errors import UnusableInputError
from ml.lab.experiment import Experiment
from ml.lab.material import Material, read_material
from ml.lab.simulate import accuracy_of_one, indicators, request_of, simulate
from ml.messages import EncoderFile, StepRequest
from ml.pipeline import run_step
from ml.progress import no_progress

SPEC = BundledEncoder(image_size=32)


@pytest.fixture(scope="module")
def material(folders: Path) -> Material:
    """Return the material of the small collection."""
    locations = str(folders / "pool"), str(folders / "test")
    return read_material(*locations, EncoderFile(spec=SPEC), folders / "cache", no_progress)


def experiment(config: RoundConfig, *, start: bool = True) -> Experiment:
    """Return an experiment of `config`, with indicators or without."""
    return Experiment(pool="pool", test="test", encoder=SPEC, config=config, indicators=start)


@pytest.mark.parametrize(
    "config", [RoundConfig(schedule=[1, 2]), RoundConfig(schedule=[2], strategy=RandomStrategy())]
)
@pytest.mark.parametrize("start", [True, False])
def test_the_service_asks_and_scores_the_same(
    material: Material, tmp_path: Path, config: RoundConfig, *, start: bool
) -> None:
    run = simulate(experiment(config, start=start), 5, material, no_progress)
    seeded = config.model_copy(update={"seed": 5})
    truth = dict(zip([image.id for image in material.pool.images], material.truth.tolist(), strict=True))
    rows = indicators(material.truth, 5) if start else []
    labels = {material.pool.images[row].id: int(material.truth[row]) for row in rows}
    found = []
    for step in range(1, config.steps + 2):
        # A request of its own, from the feature cache, as a worker's: nothing is kept between steps.
        wanted = request_of(seeded, material, labels, step)
        request = StepRequest.model_validate_json(
            wanted.model_copy(update={"output_directory": tmp_path}).model_dump_json()
        )
        result = run_step(request, no_progress)
        if result.accuracy is not None:
            found.append((len(labels), result.accuracy.top1, result.accuracy.mean_class))
        labels |= {proposal.image_id: truth[proposal.image_id] for proposal in result.proposals}
    assert [(point.labels, point.top1, point.mean_class) for point in run.points] == found
    images = [name for point in run.points for name in point.images]
    assert images == ["/".join(Path(image).parts[-2:]) for image in labels]


def test_one_seed_gives_one_run(material: Material) -> None:
    runs = [simulate(experiment(RoundConfig(schedule=[1])), 3, material, no_progress) for _ in range(2)]
    first, second = ([point.model_copy(update={"seconds": {}}) for point in run.points] for run in runs)
    assert first == second


def test_a_single_category_is_always_named(material: Material) -> None:
    request = request_of(RoundConfig(), material, {material.pool.images[0].id: 1}, 1)
    found = accuracy_of_one(request)
    assert found is not None
    assert found.top1 == pytest.approx(np.mean(np.array(material.test_truth) == 1))
    assert accuracy_of_one(request_of(RoundConfig(), material, {}, 1)) is None


def test_a_test_set_with_other_classes_is_refused(folders: Path) -> None:
    with pytest.raises(UnusableInputError, match="does not have"):
        read_material(
            str(folders / "pool"), str(folders), EncoderFile(spec=SPEC), folders / "cache", no_progress
        )
