"""How well classes separate is measured on the way, and nothing of what is trained depends on that."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from ml.errors import PausedError
from ml.messages import Checkpoint, FilesSource, PretrainPoint, PretrainRequest
from ml.pretraining.labelled import IMAGES_A_CLASS, MOST_IMAGES, sample_for, sample_of, sample_size
from ml.pretraining.measures import Measures
from ml.pretraining.methods.method import Amounts
from ml.pretraining.pretrain import pretrain
from ml.pretraining.trainer import Trainer
from ml.pretraining.world import World
from ml.progress import no_progress

Make = Callable[..., PretrainRequest]
Figures = dict[int, tuple[float | None, float | None]]


class PulledDownError(Exception):
    """The run is stopped here."""


def run(request: PretrainRequest, *, stop: bool = False) -> tuple[dict[str, object], Figures, list[str]]:
    """Run a pretraining, or its way to the first checkpoint: (details, figures by step, checkpoints)."""
    found: Figures = {}
    saved: list[str] = []

    def report(report: PretrainPoint | Checkpoint) -> None:
        if isinstance(report, Checkpoint):
            saved.append(str(request.output_directory / report.name))
            if stop:
                raise PulledDownError
        elif report.knn_accuracy is not None:
            found[report.step] = report.knn_accuracy, report.bcubed

    if stop:
        with pytest.raises(PulledDownError):
            pretrain(request, no_progress, report)
        return {}, found, saved
    return pretrain(request, no_progress, report), found, saved


def test_measuring_changes_nothing_and_a_resumed_run_measures_the_same(make_request: Make) -> None:
    plain, whole = make_request("plain", measurements=0), make_request("whole", measurements=3)
    details, figures, _ = run(plain)
    assert figures == {}
    assert "measured" not in details
    details, figures, _ = run(whole)
    assert list(figures) == [4, 8, 12]
    assert all(0 < each <= 1 for both in figures.values() for each in both if each is not None)
    assert (details["knn_accuracy"], details["bcubed"]) == figures[12]
    measured = details["measured"]
    assert isinstance(measured, dict)
    assert (measured["of"], measured["images"], measured["classes"]) == ("source", 24, 3)
    stopped = make_request("stopped", measurements=3, checkpoint_steps=5)
    _, before, (checkpoint,) = run(stopped, stop=True)
    _, after, _ = run(make_request("resumed", [checkpoint], measurements=3))
    assert before | after == figures
    trained = [load_file(Path(each.output_directory) / "encoder.safetensors") for each in (plain, whole)]
    trained.append(load_file(Path(plain.output_directory).with_name("resumed") / "encoder.safetensors"))
    for other in trained[1:]:
        assert [name for name, tensor in trained[0].items() if not torch.equal(tensor, other[name])] == []


@pytest.fixture
def trainer(make_request: Make) -> Trainer:
    """Return the training of a run of twelve steps."""
    return Trainer(make_request().config, 12, Amounts(36, 36))


def test_it_leaves_no_trace_in_the_trainer(make_request: Make, trainer: Trainer) -> None:
    before = {name: tensor.clone() for name, tensor in trainer.method.state_dict().items()}
    modes = [module.training for module in trainer.method.modules()]
    numbers = torch.get_rng_state()
    assert Measures(make_request(), trainer).at(12, no_progress) is not None
    assert torch.equal(torch.get_rng_state(), numbers)
    assert [module.training for module in trainer.method.modules()] == modes
    assert all(torch.equal(tensor, before[name]) for name, tensor in trainer.method.state_dict().items())


def test_one_process_of_several_measures_and_one_that_pauses_does_not(
    make_request: Make, trainer: Trainer
) -> None:
    request = make_request()

    def pause(*_words: object) -> None:
        raise PausedError

    assert Measures(request, trainer).at(12, pause) is None
    trainer.world = World(1, 2)
    assert Measures(request, trainer).at(12, no_progress) is None


def test_known_classes_of_the_target_count_more_than_those_of_the_source(make_request: Make) -> None:
    request = make_request()
    labelled = FilesSource(paths=request.target, classes=["a", "b"] * 6)
    for given, expected in (
        (labelled, (12, "target")),
        (labelled.model_copy(update={"classes": ["a"] * 12}), (24, "source")),
    ):
        sample = sample_for(request.model_copy(update={"labelled": given}), 100)
        assert sample is not None
        assert (len(sample.images), sample.of) == expected
    assert sample_for(request.model_copy(update={"source": None}), 100) is None


def test_the_sample_is_always_the_same_and_has_enough_images_a_class() -> None:
    names = [f"{number % 900:03}" for number in range(9000)] + ["alone"]
    labelled = FilesSource(paths=[str(row) for row in range(9001)], classes=names)
    sample, again = sample_of(labelled, 200, "source"), sample_of(labelled, 200, "source")
    assert sample is not None
    assert again is not None
    assert sample.images == again.images
    classes = 200 // IMAGES_A_CLASS
    assert sorted(np.unique(sample.classes)) == list(range(classes))
    assert len(sample.images) == 10 * classes
    for image, number in zip(sample.images, sample.classes, strict=True):
        assert names[int(image.path)] == sorted({names[int(each.path)] for each in sample.images})[number]


def test_a_short_run_is_measured_by_fewer_images() -> None:
    assert [sample_size(drawn, 5) for drawn in (96, 50_000, 10**7)] == [200, 1000, MOST_IMAGES]
