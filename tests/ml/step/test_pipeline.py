"""One evolution step, from image files to proposals and artefacts."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from ml.clustering.anchor_memory import AnchorMemory
from ml.config import AckmeansStrategy, FullFinetune, RandomStrategy, RoundConfig
from ml.encoders.backbone import open_encoder
from ml.encoders.embed import embed_images
from ml.messages import CandidatesRequest, EncoderFile, ImageFile, StepRequest, StepResult
from ml.progress import Progress, no_progress
from ml.runtime import computing_threads
from ml.selection.protocol import Selection, SelectionInput
from ml.selection.random import select_randomly
from ml.step.pipeline import indicator_candidates, run_step

Make = Callable[[str, int], list[ImageFile]]
Step = Callable[..., StepResult]
CATEGORIES = ["red", "green", "blue"]


@pytest.fixture(scope="module")
def pool(colour_images: Make) -> list[ImageFile]:
    return colour_images("pool", 60)


@pytest.fixture(scope="module")
def test_images(colour_images: Make) -> list[ImageFile]:
    return colour_images("test", 15)


@pytest.fixture
def step(
    pool: list[ImageFile],
    test_images: list[ImageFile],
    tiny_encoder: EncoderFile,
    tmp_path_factory: pytest.TempPathFactory,
    tmp_path: Path,
) -> Step:
    """Return a function that runs one step of three colours, with changes to the request."""

    def run(
        progress: Progress = no_progress, memory: AnchorMemory | None = None, **changes: Any
    ) -> StepResult:
        request = StepRequest(
            config=RoundConfig(),
            encoder=tiny_encoder,
            pool=pool,
            test=test_images,
            test_truth=[row % 3 for row in range(15)],
            categories=CATEGORIES,
            labels={pool[row].id: row for row in range(3)},
            ask=6,
            step=1,
            cache_directory=tmp_path_factory.getbasetemp() / "cache",
            output_directory=tmp_path,
        )
        return run_step(request.model_copy(update=changes), progress, memory)

    return run


def test_a_step_scores_and_proposes(step: Step, pool: list[ImageFile]) -> None:
    result = step()
    assert result.accuracy is not None
    assert (result.accuracy.images, result.train_labels, result.short) == (15, 3, None)
    assert result.accuracy.top1 > 0.8
    chosen = [proposal.image_id for proposal in result.proposals]
    assert len(set(chosen)) == 6
    assert not set(chosen) & {image.id for image in pool[:3]}
    assert set(result.seconds) == {"embed", "graph", "finetune", "propose", "store"}
    assert {"seed", "code_version", "device", "feature_dim", "image_size"} <= set(result.record)


def test_each_proposal_says_what_it_stands_for(step: Step, pool: list[ImageFile]) -> None:
    ids = {image.id for image in pool}
    proposals = step().proposals
    assert [p.cluster_size for p in proposals] == sorted((p.cluster_size for p in proposals), reverse=True)
    chosen = {proposal.image_id for proposal in proposals}
    for proposal in proposals:
        assert len(proposal.cluster_image_ids) == min(12, proposal.cluster_size - 1)
        assert set(proposal.cluster_image_ids) <= ids - {proposal.image_id}
        assert len(set(proposal.substitutes)) == 16
        assert not set(proposal.substitutes) & (chosen | {image.id for image in pool[:3]})
        confidences = [confidence for _, confidence in proposal.suggestions]
        assert confidences == sorted(confidences, reverse=True)
        assert sum(confidences) == pytest.approx(1, abs=1e-5)


def test_artefacts_hold_every_image_in_order(
    step: Step, pool: list[ImageFile], test_images: list[ImageFile], tmp_path: Path
) -> None:
    result = step()
    arrays = load_file(tmp_path / "step.safetensors")
    listing = json.loads((tmp_path / "images.json").read_text())
    assert listing["images"] == [image.id for image in pool + test_images]
    assert (listing["pool"], listing["categories"]) == (60, CATEGORIES)
    assert arrays["probabilities"].shape == (75, 3)
    assert arrays["probabilities"].dtype == np.float32
    predicted = arrays["probabilities"][60:].argmax(axis=1)
    assert result.accuracy is not None
    assert (predicted == np.arange(15) % 3).mean() == pytest.approx(result.accuracy.top1)
    sizes = np.bincount(arrays["cluster"], minlength=9)[3:]
    assert sorted(sizes, reverse=True) == [proposal.cluster_size for proposal in result.proposals]


def test_the_stored_model_predicts_what_the_step_predicted(
    step: Step, pool: list[ImageFile], tiny_encoder: EncoderFile, tmp_path: Path
) -> None:
    step()
    document = json.loads((tmp_path / "model.json").read_text())
    encoder = open_encoder(tiny_encoder, tmp_path)
    features = embed_images(encoder, pool, document["image_size"], tmp_path, no_progress).features
    assert document["unit_length"] is True
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    head = load_file(tmp_path / "model.safetensors")
    logits = unit @ head["head.weight"].T + head["head.bias"]
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    stored = load_file(tmp_path / "step.safetensors")["probabilities"]
    np.testing.assert_allclose(stored[: len(pool)], probabilities, atol=1e-3)


def test_the_same_request_gives_the_same_answer(step: Step) -> None:
    first, second = step(), step()
    assert first.proposals == second.proposals
    assert step(config=RoundConfig(strategy=RandomStrategy(), seed=1)).proposals != first.proposals


def test_excluded_images_are_never_proposed_nor_offered_instead(step: Step, pool: list[ImageFile]) -> None:
    excluded = [image.id for image in pool[10:40]]
    for proposal in step(excluded=excluded).proposals:
        named = {proposal.image_id, *proposal.cluster_image_ids, *proposal.substitutes}
        assert not named & set(excluded)


def test_without_labels_there_is_no_model_but_a_queue(step: Step, tmp_path: Path) -> None:
    result = step(labels={})
    assert (result.accuracy, result.train_labels, len(result.proposals)) == (None, 0, 6)
    assert all(proposal.suggestions == [] for proposal in result.proposals)
    assert set(load_file(tmp_path / "step.safetensors")) == {"cluster", "likeness"}
    assert not (tmp_path / "model.json").exists()


def test_labels_of_one_category_are_anchors_only(step: Step, pool: list[ImageFile]) -> None:
    result = step(labels={pool[0].id: 0})
    assert (result.accuracy, result.train_labels, len(result.proposals)) == (None, 1, 6)


def test_the_last_step_proposes_nothing(step: Step, tmp_path: Path) -> None:
    result = step(ask=0)
    assert (result.proposals, result.short) == ([], None)
    assert "propose" not in result.seconds
    assert set(load_file(tmp_path / "step.safetensors")) == {"probabilities"}


@pytest.mark.parametrize("config", [RoundConfig(), RoundConfig(strategy=RandomStrategy())])
def test_a_short_pool_gives_what_is_left_and_says_so(
    step: Step, pool: list[ImageFile], config: RoundConfig
) -> None:
    excluded = [image.id for image in pool[7:]]
    result = step(excluded=excluded, config=config)
    assert len(result.proposals) == 4
    assert result.short == "only 4 unlabelled images are left in the pool"


def test_copies_of_a_labelled_image_are_not_asked_about(step: Step, pool: list[ImageFile]) -> None:
    copies = [pool[0].model_copy(update={"id": f"copy{i}"}) for i in range(5)]
    result = step(pool=pool[:3] + copies, config=RoundConfig(strategy=AckmeansStrategy()))
    assert result.proposals == []
    assert result.short is not None
    assert "differ" in result.short


def test_an_unreadable_image_is_left_out(step: Step, pool: list[ImageFile], tmp_path: Path) -> None:
    (tmp_path / "broken.png").write_bytes(b"no image")
    broken = ImageFile(id="broken", sha256="f" * 64, path=str(tmp_path / "broken.png"))
    result = step(pool=[*pool, broken], labels={pool[0].id: 0, pool[1].id: 1, "broken": 2})
    assert (result.train_labels, result.record["unreadable"]) == (2, 1)
    for proposal in result.proposals:
        assert "broken" not in {proposal.image_id, *proposal.cluster_image_ids, *proposal.substitutes}


def test_unknown_truth_does_not_count(step: Step) -> None:
    result = step(test_truth=[-1] * 12 + [0, 1, 2])
    assert result.accuracy is not None
    assert result.accuracy.images == 3
    assert step(test_truth=[-1] * 15).accuracy is None
    assert step(test=[], test_truth=[]).accuracy is None


def test_only_new_images_are_computed(step: Step, colour_images: Make, tmp_path: Path) -> None:
    cold = tmp_path / "cold"
    assert step(cache_directory=cold).record["images_embedded"] == 75
    assert step(cache_directory=cold).record["images_embedded"] == 0
    fresh = colour_images("fresh", 3)
    assert step(cache_directory=cold, test=fresh, test_truth=[0, 1, 2]).record["images_embedded"] == 3


def test_progress_never_goes_back(step: Step, tmp_path: Path) -> None:
    seen: list[tuple[float, str]] = []

    def note(fraction: float, phase: str, message: str) -> None:
        seen.append((fraction, phase))

    step(progress=note, cache_directory=tmp_path / "cold")
    fractions = [fraction for fraction, _ in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1
    assert list(dict.fromkeys(phase for _, phase in seen)) == [
        "embedding",
        "finding neighbours",
        "finetuning",
        "proposing",
        "done",
    ]


def test_candidates_show_one_of_each_colour(
    pool: list[ImageFile], tiny_encoder: EncoderFile, tmp_path: Path
) -> None:
    request = CandidatesRequest(
        encoder=tiny_encoder, pool=pool, excluded=[pool[0].id], clusters=6, cache_directory=tmp_path
    )
    found = indicator_candidates(request, no_progress)
    position = {image.id: row for row, image in enumerate(pool)}
    assert {position[candidate.image_id] % 3 for candidate in found} == {0, 1, 2}
    assert sum(candidate.cluster_size for candidate in found) == 59
    assert pool[0].id not in {candidate.image_id for candidate in found}


def test_an_empty_pool_has_no_candidates(
    pool: list[ImageFile], tiny_encoder: EncoderFile, tmp_path: Path
) -> None:
    everything = [image.id for image in pool]
    request = CandidatesRequest(
        encoder=tiny_encoder, pool=pool, excluded=everything, clusters=6, cache_directory=tmp_path
    )
    assert indicator_candidates(request, no_progress) == []


def test_a_step_in_the_same_process_asks_what_a_new_process_would(step: Step, pool: list[ImageFile]) -> None:
    def propose(*, restarted: bool) -> list[list[str]]:
        memory = AnchorMemory()
        labels, asked = {pool[row].id: row for row in range(3)}, []
        for number in (1, 2, 3):
            memory = AnchorMemory() if restarted else memory
            proposals = step(memory=memory, labels=labels, step=number).proposals
            asked.append([proposal.image_id for proposal in proposals])
            labels = labels | {image.id: row % 3 for row, image in enumerate(pool) if image.id in asked[-1]}
        return asked

    assert propose(restarted=False) == propose(restarted=True)


def test_only_a_frozen_encoder_names_its_features(
    step: Step, pool: list[ImageFile], monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[SelectionInput] = []

    def selector(wanted: SelectionInput) -> Selection:
        given.append(wanted)
        return select_randomly(wanted)

    monkeypatch.setattr("ml.step.evolution.selector_of", lambda _: selector)
    first = step()
    step(labels={pool[row].id: row % 3 for row in range(9)}, step=2)
    step(config=RoundConfig(finetune=FullFinetune(epochs=1)))
    step(pool=pool[:-1])
    keys = [wanted.features_key for wanted in given]
    assert first.proposals
    assert keys[0] is not None
    assert keys[1] == keys[0]
    assert keys[2] is None
    assert keys[3] not in {keys[0], None}


def test_the_number_of_threads_does_not_depend_on_what_is_cached(step: Step) -> None:
    step()
    torch.set_num_threads(computing_threads() + 1)
    seen: set[int] = set()
    step(lambda *_: seen.add(torch.get_num_threads()))
    assert seen == {computing_threads()}
