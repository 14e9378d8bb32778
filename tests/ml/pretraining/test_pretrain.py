"""A whole run: what it reports and leaves, how it resumes, and that pulling a run down changes nothing."""

import json
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from ml.config import TimmEncoder
from ml.encoders.backbone import read_encoder
from ml.encoders.embed import embed_images
from ml.errors import PausedError, UnusableInputError
from ml.messages import Checkpoint, EncoderFile, ImageFile, PretrainPoint, PretrainRequest
from ml.pretraining.pretrain import pretrain
from ml.progress import no_progress
from ml.step.pipeline import prepare_encoder

Make = Callable[..., PretrainRequest]


def run(request: PretrainRequest) -> tuple[dict[str, object], list[PretrainPoint], list[Checkpoint]]:
    """Run a pretraining; returns (details, points, checkpoints)."""
    reports: list[PretrainPoint | Checkpoint] = []
    details = pretrain(request, no_progress, reports.append)
    points = [report for report in reports if isinstance(report, PretrainPoint)]
    return details, points, [report for report in reports if isinstance(report, Checkpoint)]


def weights(request: PretrainRequest) -> dict[str, torch.Tensor]:
    """Return the weights that a run left."""
    return load_file(request.output_directory / "encoder.safetensors")


def assert_same(first: dict[str, torch.Tensor], second: dict[str, torch.Tensor]) -> None:
    """Fail unless both are the same to the last bit."""
    assert first.keys() == second.keys()
    assert [name for name in first if not torch.equal(first[name], second[name])] == []


def test_a_run_reports_its_way_and_leaves_an_encoder_for_rounds(
    make_request: Make, colour_images: Callable[[str, int], list[ImageFile]], tmp_path: Path
) -> None:
    request = make_request()
    details, points, checkpoints = run(request)
    assert (details["source_images"], details["target_images"], details["target_draws"]) == (24, 12, 12)
    last = points[-1]
    assert (last.step, last.steps, last.epoch) == (12, 12, 4.0 * 3 / 4)
    assert (last.loss, last.alignment) == (details["loss"], details["alignment"])
    assert 0 < last.loss < 10
    assert 0 <= last.alignment <= 4
    assert -8 <= last.uniformity <= 0
    assert last.seconds_left == 0
    assert checkpoints == []
    encoder = read_encoder(request.output_directory / "encoder.safetensors", str(details["sha256"]))
    assert (encoder.feature_dim, encoder.fixed_image_size) == (256, 16)
    images = colour_images("target", 12)
    features = embed_images(encoder, images, 16, tmp_path, no_progress).features
    assert np.isfinite(features).all()
    assert len(np.unique(features.round(4), axis=0)) == 12


def test_training_brings_views_of_an_image_together(make_request: Make) -> None:
    _, points, _ = run(make_request(epochs=60, learning_rate=0.3, key_momentum=0.9, batch_norm_splits=1))
    chance = np.log(33)
    assert points[-1].loss < 0.9 * chance


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(make_request: Make) -> None:
    first, second, third = make_request("first"), make_request("second"), make_request("third", seed=1)
    for request in (first, second, third):
        run(request)
    assert_same(weights(first), weights(second))
    assert any(
        not torch.equal(a, b) for a, b in zip(weights(first).values(), weights(third).values(), strict=True)
    )


@pytest.mark.parametrize("interrupted_at", [1, 5, 11])
def test_a_resumed_run_ends_with_the_same_weights(make_request: Make, interrupted_at: int) -> None:
    whole = make_request("whole")
    run(whole)

    class PulledDownError(Exception):
        """The run is stopped here."""

    partial = make_request("partial", checkpoint_steps=interrupted_at)
    saved: list[Checkpoint] = []

    def stop(report: PretrainPoint | Checkpoint) -> None:
        if isinstance(report, Checkpoint):
            saved.append(report)
            raise PulledDownError

    with pytest.raises(PulledDownError):
        pretrain(partial, no_progress, stop)
    assert saved[0].step == interrupted_at
    resumed = make_request("resumed", [str(partial.output_directory / saved[0].name)])
    _, points, _ = run(resumed)
    assert points[-1].step == 12
    assert_same(weights(whole), weights(resumed))


def test_a_paused_run_saves_the_step_that_it_is_at_and_goes_on_to_the_same_weights(
    make_request: Make,
) -> None:
    whole, paused = make_request("whole"), make_request("paused")
    run(whole)
    reports: list[PretrainPoint | Checkpoint] = []
    wishes = iter([False] * 9)
    with pytest.raises(PausedError):
        pretrain(paused, no_progress, reports.append, lambda: next(wishes, True))
    (saved,) = (report for report in reports if isinstance(report, Checkpoint))
    assert 1 <= saved.step < 12
    resumed = make_request("resumed", [str(paused.output_directory / saved.name)])
    run(resumed)
    assert_same(weights(whole), weights(resumed))


def test_a_run_that_still_reads_its_images_pauses_without_a_checkpoint(make_request: Make) -> None:
    reports: list[PretrainPoint | Checkpoint] = []
    with pytest.raises(PausedError):
        pretrain(make_request(), no_progress, reports.append, lambda: True)
    assert [report for report in reports if isinstance(report, Checkpoint)] == []


PROGRAM = """
import sys, time
from pathlib import Path
from ml.messages import Checkpoint, PretrainRequest
from ml.pretraining.pretrain import pretrain
request = PretrainRequest.model_validate_json(Path(sys.argv[1]).read_text())
lives_for = int(sys.argv[2])  # checkpoints; 0: to the end
def tell(report):
    if isinstance(report, Checkpoint):
        print(report.step, flush=True)
        tell.told += 1
        while tell.told == lives_for + 1 != 1:
            time.sleep(1)  # until it is killed, which was to be before: however fast the machine is
tell.told = 0
pretrain(request, lambda *words: None, tell)
"""


@pytest.mark.slow
def test_a_run_killed_at_three_random_points_ends_with_the_same_weights(
    make_request: Make, tmp_path: Path
) -> None:
    settings = {"epochs": 20, "checkpoint_steps": 4}
    whole = make_request("whole", **settings)
    run(whole)
    killed = make_request("killed", **settings)
    chance, kills = random.Random(7), 0
    while True:
        names = sorted(killed.output_directory.glob("checkpoint-*.safetensors"), reverse=True)
        request = killed.model_copy(update={"checkpoints": [str(name) for name in names]})
        (tmp_path / "request.json").write_text(request.model_dump_json())
        lives_for = chance.randint(1, 3) if kills < 3 else 0
        command = [sys.executable, "-c", PROGRAM, str(tmp_path / "request.json"), str(lives_for)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            if lives_for:
                for _ in range(lives_for):
                    assert process.stdout.readline(), "the run ended before it was killed"
                time.sleep(chance.uniform(0, 0.3))
                process.kill()
                kills += 1
                continue
            steps = [int(line) for line in process.stdout]
            assert process.wait() == 0
            break
    assert steps[0] >= 16, "it went on from a checkpoint"
    assert_same(weights(whole), weights(killed))


def test_a_damaged_checkpoint_falls_back_to_the_one_before(make_request: Make) -> None:
    whole = make_request("whole", checkpoint_steps=4)
    _, _, checkpoints = run(whole)
    older, newer = (whole.output_directory / each.name for each in checkpoints)
    newer.write_bytes(newer.read_bytes()[:-100])
    resumed = make_request("resumed", [str(newer), str(older)], checkpoint_steps=4)
    _, _, again = run(resumed)
    assert [each.step for each in again] == [8]
    assert_same(weights(whole), weights(resumed))


def test_a_checkpoint_of_another_run_is_not_used(make_request: Make) -> None:
    other = make_request("other", seed=9, checkpoint_steps=4)
    _, _, checkpoints = run(other)
    whole, fresh = (
        make_request("whole"),
        make_request("fresh", [str(other.output_directory / checkpoints[0].name)]),
    )
    run(whole)
    run(fresh)
    assert_same(weights(whole), weights(fresh))


def test_a_checkpoint_after_a_time_is_whole_and_named_by_its_hash(make_request: Make) -> None:
    request = make_request(checkpoint_seconds=1e-6)
    _, _, checkpoints = run(request)
    assert [each.step for each in checkpoints] == list(range(1, 12))
    from ml.encoders.backbone import sha256_of  # noqa: PLC0415

    assert checkpoints[3].sha256 == sha256_of(request.output_directory / checkpoints[3].name)
    assert list(request.output_directory.glob("*.partial")) == []


def test_unsupervised_finetuning_goes_on_from_an_encoder(make_request: Make) -> None:
    first = make_request("first", mode="vup")
    details, _, _ = run(first)
    path = first.output_directory / "encoder.safetensors"
    spec = {"kind": "pretrain", "config": first.config.model_dump()}
    start = EncoderFile.model_validate({"spec": spec, "weights": str(path), "sha256": details["sha256"]})
    request = make_request("further", mode="uf").model_copy(update={"initial": start})
    told, _, _ = run(request)
    assert (told["source_images"], told["target_images"]) == (0, 12)
    before, after = weights(first), weights(request)
    moved = [
        float((after[name] - before[name]).norm() / before[name].norm())
        for name in before
        if "weight" in name
    ]
    assert 0 < np.median(moved) < 0.2


def test_finetuning_another_architecture_is_refused(make_request: Make, tmp_path: Path) -> None:
    spec = TimmEncoder(name="test_efficientnet", pretrained=False, image_size=32)
    details = prepare_encoder(spec, tmp_path / "other")
    start = EncoderFile(
        spec=spec, weights=str(tmp_path / "other" / "encoder.safetensors"), sha256=str(details["sha256"])
    )
    request = make_request(mode="uf").model_copy(update={"initial": start})
    with pytest.raises(UnusableInputError, match="test_efficientnet"):
        run(request)


def test_fewer_images_than_a_batch_are_refused(make_request: Make) -> None:
    with pytest.raises(UnusableInputError, match=r"36 readable images, fewer than a batch of 64"):
        run(make_request(batch_size=64))


def test_progress_can_stop_a_run_at_any_step(make_request: Make) -> None:
    told: list[tuple[float, str, str]] = []

    def cancel(fraction: float, phase: str, message: str) -> None:
        told.append((fraction, phase, message))
        if phase == "pretraining":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pretrain(make_request(), cancel, lambda report: None)
    assert "images/s" in told[-1][2]
    assert json.dumps(told[-1][2])
