"""A simulated round is the service's round with the truth answering."""

from pathlib import Path

import numpy as np
import pytest

from ml.config import BundledEncoder, MaxHerdingStrategy, RandomStrategy, RoundConfig
from ml.errors import UnusableInputError
from ml.lab.calibration import calibration, calibration_table
from ml.lab.experiment import Experiment
from ml.lab.material import Material, drawn_rows, read_material
from ml.lab.simulate import accuracy_of_one, indicators, request_of, simulate
from ml.messages import EncoderFile, StepRequest
from ml.metrics.calibration import expected_calibration_error
from ml.progress import no_progress
from ml.step.evolution import Evolution
from ml.step.pipeline import run_step

SPEC = BundledEncoder(image_size=32)
EVEN = np.full(3, 1 / 3)


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
    for step in range(1, len(config.schedule) + 2):
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


def test_a_rolling_round_asks_what_the_service_proposes_ahead(material: Material, tmp_path: Path) -> None:
    config = RoundConfig(schedule=[1, 1, 1], strategy=MaxHerdingStrategy(), seed=5)
    rolling = experiment(config).model_copy(update={"lag": 2})
    run, waited = (simulate(each, 5, material, no_progress) for each in (rolling, experiment(config)))
    truth = dict(zip([image.id for image in material.pool.images], material.truth.tolist(), strict=True))
    labels = {material.pool.images[row].id: int(material.truth[row]) for row in indicators(material.truth, 5)}
    given = len(labels)
    for step in range(1, len(config.schedule) + 1):
        out = list(labels)[given:][-2:]
        known = {image: label for image, label in labels.items() if image not in out}
        wanted = request_of(config, material, known, step)
        ahead = {"output_directory": tmp_path, "pending": out, "excluded": list(labels)}
        proposals = run_step(wanted.model_copy(update=ahead), no_progress).proposals
        assert len(proposals) == len(material.categories)
        labels |= {proposal.image_id: truth[proposal.image_id] for proposal in proposals}
    images = [name for point in run.points for name in point.images]
    assert images == ["/".join(Path(image).parts[-2:]) for image in labels]
    assert [point.asked for point in run.points] == [point.asked for point in waited.points]
    assert run.points[:2] == [
        point.model_copy(update={"seconds": mine.seconds})
        for mine, point in zip(run.points[:2], waited.points[:2], strict=True)
    ], "nothing is out before the first step"


def test_one_seed_gives_one_run(material: Material) -> None:
    runs = [simulate(experiment(RoundConfig(schedule=[1])), 3, material, no_progress) for _ in range(2)]
    first, second = ([point.model_copy(update={"seconds": {}}) for point in run.points] for run in runs)
    assert first == second


def test_a_single_category_is_always_named(material: Material) -> None:
    request = request_of(RoundConfig(), material, {material.pool.images[0].id: 1}, 1)
    found = accuracy_of_one(request, EVEN)
    assert found is not None
    assert found.top1 == pytest.approx(np.mean(np.array(material.test_truth) == 1))
    assert accuracy_of_one(request_of(RoundConfig(), material, {}, 1), EVEN) is None


def test_a_test_set_with_other_classes_is_refused(folders: Path) -> None:
    with pytest.raises(UnusableInputError, match="does not have"):
        read_material(
            str(folders / "pool"), str(folders), EncoderFile(spec=SPEC), folders / "cache", no_progress
        )


def test_each_seed_draws_its_own_part_of_the_pool(material: Material) -> None:
    """A strategy without chance gives one figure a pool: only another pool shows how sure that figure is."""
    first, again, other = (material.drawn(0.5, seed) for seed in (1, 1, 2))
    names = [[image.id for image in part.pool.images] for part in (first, again, other)]
    assert names[0] == names[1] != names[2]
    assert np.bincount(first.truth).tolist() == [6, 6, 6]
    rows = [[image.id for image in material.pool.images].index(name) for name in names[0]]
    features = material.embedded.embedding.features
    np.testing.assert_array_equal(first.embedded.embedding.features[:18], features[rows])
    np.testing.assert_array_equal(first.embedded.embedding.features[18:], features[36:])
    config = RoundConfig(schedule=[1], strategy=MaxHerdingStrategy())
    whole, half = (
        experiment(config, start=False).model_copy(update={"pool_share": share}) for share in (1.0, 0.5)
    )
    asked = {
        share.pool_share: {simulate(share, seed, material, no_progress).points[0].images for seed in range(4)}
        for share in (whole, half)
    }
    assert len(asked[1.0]) == 1
    assert len(asked[0.5]) > 1


def test_a_long_tail_is_cut_by_seed_to_its_ratio() -> None:
    truth = np.repeat([0, 1, 2], 100)
    sizes = [np.bincount(truth[drawn_rows(truth, 1.0, seed, 10)]) for seed in range(6)]
    assert {tuple(sorted(each.tolist())) for each in sizes} == {(10, 32, 100)}
    assert len({tuple(each.tolist()) for each in sizes}) > 1
    halved = np.bincount(truth[drawn_rows(truth, 0.5, 3, 10)])
    assert sorted(halved.tolist()) == [5, 16, 50]
    uneven = np.repeat([0, 1, 2], [100, 100, 4])
    assert np.bincount(uneven[drawn_rows(uneven, 1.0, 0, 10)]).max() == 100
    assert min(np.bincount(uneven[drawn_rows(uneven, 1.0, seed, 10)])[2] for seed in range(6)) == 4


def test_the_weighted_score_counts_classes_as_often_as_the_pool_does(material: Material) -> None:
    asked = experiment(RoundConfig(schedule=[1])).model_copy(update={"imbalance": 6.0})
    steps: list[tuple[Evolution, Material]] = []
    run = simulate(asked, 1, material, no_progress, lambda step, drawn, _: steps.append((step, drawn)))
    step, drawn = steps[-1]
    assert step.confidences is not None
    predicted = step.confidences[len(drawn.truth) :].argmax(axis=1)
    truth, shares = np.array(drawn.test_truth), np.bincount(drawn.truth) / len(drawn.truth)
    recalls = [float((predicted[truth == category] == category).mean()) for category in range(3)]
    assert run.points[-1].weighted == pytest.approx(float(np.dot(shares, recalls)))
    assert shares.max() / shares.min() == 6


def test_calibration_compares_what_the_head_says_with_what_people_see(material: Material) -> None:
    config = RoundConfig(schedule=[1])
    errors = calibration(experiment(config), [0, 1], material, no_progress)
    assert set(errors) == {(place, labels) for place in ("pool", "test images") for labels in (0.0, 1.0)}
    expected: list[float] = []

    def watch(step: Evolution, drawn: Material, asked: int) -> None:
        assert step.model is not None
        expected.append(expected_calibration_error(step.model.confidences[:36], drawn.truth))

    simulate(experiment(config), 1, material, no_progress, watch)
    assert [errors["pool", labels][1][1] for labels in (0.0, 1.0)] == expected
    table = calibration_table(errors, [0, 1, 3])
    assert table.splitlines()[0] == "| images | 1+0 | 1+1 | 1+3 |"
    mean = 100 * np.mean(errors["test images", 0.0], axis=0)
    assert f"| test images | {mean[0]:.1f}, {mean[1]:.1f} |" in table


def test_answers_label_the_clusters_where_that_is_asked_for(material: Material) -> None:
    plain = experiment(RoundConfig(schedule=[1, 1, 1]))
    runs = {
        how: simulate(plain.model_copy(update={"clusters": how}), 0, material, no_progress)
        for how in ("none", "cut", "checked")
    }
    last = {how: run.points[-1] for how, run in runs.items()}
    assert (last["none"].weak, last["none"].asked) == (0, 9)
    assert last["cut"].weak >= last["cut"].weak_right > 0
    assert last["checked"].weak == last["checked"].weak_right > 0
    learning = RoundConfig(schedule=[1, 1, 1], weak_labels=True)
    config = {"clusters": "checked", "config": learning}
    learned = simulate(plain.model_copy(update=config), 0, material, no_progress)
    assert learned.points[1].weak == runs["checked"].points[1].weak
    assert learned.record["weak_labels"] == 0
