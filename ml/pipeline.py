"""One evolution step on one page: embed, finetune, score, propose, store."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.artefacts import save_model, save_step
from ml.backbone import materialise
from ml.config import AckmeansStrategy, EncoderSpec
from ml.embed import PHOTO_SIZE, Embedded, Embedding, embed_collection
from ml.finetune import fit
from ml.messages import Accuracy, Candidate, CandidatesRequest, StepRequest, StepResult
from ml.metrics import accuracy
from ml.model import StepModel, TrainingSet
from ml.progress import Progress, within
from ml.proposals import proposals_of
from ml.runtime import PhaseTimer, choose_device, run_record, seed_everything
from ml.selection.ackmeans import AckmeansSelector
from ml.selection.protocol import Selection, SelectionInput, Selector
from ml.selection.registry import selector_of
from ml.vectors import l2_normalised


@dataclass(frozen=True)
class Evolution:
    """What a step computed: `probabilities` float32[pool + test, C] and the model, None with fewer than two
    categories labelled, and the selection, None when nothing was asked for."""

    embedded: Embedded
    training: TrainingSet
    model: StepModel | None
    probabilities: NDArray[np.float32] | None
    given: SelectionInput
    selection: Selection | None


def run_step(request: StepRequest, progress: Progress) -> StepResult:
    """Train on the labels of `request`, score the test images and propose the next eigen-samples.

    The files written to `output_directory` are described in ml/artefacts.py. Raises UnusableInputError with
    a reason to show.
    """
    timer = PhaseTimer()
    step = evolve(request, progress, timer)
    with timer.phase("store"):
        store(request, step)
    proposals = (
        proposals_of(request, step.given, step.selection, step.probabilities) if step.selection else []
    )
    progress(1.0, "done", "")
    return StepResult(
        accuracy=score(request, step.probabilities),
        train_labels=len(step.training.rows),
        proposals=proposals,
        short=shortage(request, step.given, len(proposals)),
        seconds=timer.seconds,
        record=record_of(request, step.embedded),
    )


def evolve(
    request: StepRequest,
    progress: Progress,
    timer: PhaseTimer,
    *,
    selector: Selector | None = None,
    embedded: Embedded | None = None,
) -> Evolution:
    """Return the model of the labels of `request` and the selection that follows from it.

    `selector` replaces the strategy of the configuration (a simulation asks an oracle); `embedded` are the
    features of pool and test images where the caller has kept them from an earlier step.
    """
    seed_everything(request_seed(request))
    with timer.phase("embed"):
        embedded = embedded or embed_request(request, within(progress, 0.0, 0.6))
    embedding = embedded.embedding
    training = training_set(request, embedding)
    model: StepModel | None = None
    probabilities: NDArray[np.float32] | None = None
    if len(training.seen) > 1:
        with timer.phase("finetune"):
            progress(0.6, "finetuning", f"{len(training.rows):,} labels")
            model = fit(request, embedded.encoder, embedding, training, within(progress, 0.6, 0.85))
        with timer.phase("predict"):
            probabilities = model.head.probabilities(model.features)
    features = unit_features(model, embedding)[: len(request.pool)]
    given = selection_input(request, embedding, features, training.rows, probabilities)
    selection: Selection | None = None
    if request.ask:
        with timer.phase("propose"):
            progress(0.85, "proposing", f"{request.ask:,} eigen-samples")
            selection = (selector or selector_of(request.config))(given)
    return Evolution(embedded, training, model, probabilities, given, selection)


def store(request: StepRequest, step: Evolution) -> None:
    """Write the files of the step to the output directory of `request`."""
    request.output_directory.mkdir(parents=True, exist_ok=True)
    save_step(request, step.probabilities, step.selection)
    if step.model is not None:
        encoder, size = step.embedded.encoder, step.embedded.embedding.image_size
        save_model(step.model, encoder, size, request.categories, request.output_directory)


def embed_request(request: StepRequest, progress: Progress) -> Embedded:
    """Return the features of the pool and test images of `request`, in that order."""
    return embed_collection(request.encoder, request.pool, request.test, request.cache_directory, progress)


def unit_features(model: StepModel | None, embedding: Embedding) -> NDArray[np.float32]:
    """Return the L2-normalised features [N, D] of the model, which are the encoder's while it is frozen."""
    if model is None or model.features is embedding.features:
        return embedding.normalised
    return l2_normalised(model.features)


def request_seed(request: StepRequest) -> int:
    """Return the seed of the step: the steps of a round draw different numbers."""
    state = np.random.SeedSequence([request.config.seed, request.step]).generate_state(1)
    return int(state[0] % 2**31)


def training_set(request: StepRequest, embedding: Embedding) -> TrainingSet:
    """Return the readable labelled images in pool order."""
    pairs = [
        (row, request.labels[image.id])
        for row, image in enumerate(request.pool)
        if image.id in request.labels and not embedding.unreadable[row]
    ]
    table = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return TrainingSet(table[:, 0], table[:, 1], len(request.categories))


def selection_input(
    request: StepRequest,
    embedding: Embedding,
    features: NDArray[np.float32],
    labelled: NDArray[np.int64],
    probabilities: NDArray[np.float32] | None,
) -> SelectionInput:
    """Return what the strategy may choose from: readable, unlabelled pool images that are not excluded."""
    taken = embedding.unreadable[: len(request.pool)].copy()
    excluded = set(request.excluded) | set(request.labels)
    taken |= np.array([image.id in excluded for image in request.pool], dtype=np.bool_)
    own = None if probabilities is None else probabilities[: len(request.pool)]
    return SelectionInput(features, labelled, np.flatnonzero(~taken), request.ask, request_seed(request), own)


def score(request: StepRequest, probabilities: NDArray[np.float32] | None) -> Accuracy | None:
    """Return the accuracy on the test images, or None without a model or known truth."""
    if probabilities is None or not request.test_truth:
        return None
    predicted = probabilities[len(request.pool) :].argmax(axis=1)
    return accuracy(predicted, np.array(request.test_truth, dtype=np.int64))


def shortage(request: StepRequest, given: SelectionInput, found: int) -> str | None:
    """Return why there are fewer proposals than asked for, or None."""
    if found >= request.ask:
        return None
    if found == len(given.eligible):
        return f"only {len(given.eligible):,} unlabelled images are left in the pool"
    return f"only {found:,} unlabelled images differ from each other and from those labelled"


def record_of(request: StepRequest, embedded: Embedded) -> dict[str, object]:
    """Return what is written down about the run, for a person who wants to repeat it."""
    encoder, embedding = embedded.encoder, embedded.embedding
    return run_record(request_seed(request), choose_device()) | {
        "encoder": encoder.architecture,
        "encoder_sha256": encoder.sha256,
        "feature_dim": encoder.feature_dim,
        "image_size": embedding.image_size,
        "images": len(request.pool) + len(request.test),
        "images_embedded": embedding.computed,
        "images_per_second": embedding.images_per_second,
        "unreadable": int(embedding.unreadable.sum()),
    }


def prepare_encoder(spec: EncoderSpec, output_directory: Path) -> dict[str, object]:
    """Write `encoder.safetensors` with the weights that `spec` names. Return its details, sha256 included."""
    output_directory.mkdir(parents=True, exist_ok=True)
    encoder = materialise(spec, output_directory / "encoder.safetensors")
    details = encoder.model_dump(exclude={"path", "mean", "std"}, mode="json")
    return details | {"image_size": encoder.fixed_image_size or spec.image_size or PHOTO_SIZE}


def indicator_candidates(request: CandidatesRequest, progress: Progress) -> list[Candidate]:
    """Return one representative of each of `clusters` clusters of the pool, largest cluster first."""
    embedded = embed_collection(
        request.encoder, request.pool, [], request.cache_directory, within(progress, 0.0, 0.9)
    )
    embedding = embedded.embedding
    excluded = set(request.excluded)
    taken = np.array([image.id in excluded for image in request.pool], dtype=np.bool_) | embedding.unreadable
    eligible = np.flatnonzero(~taken)
    nothing = np.zeros(0, dtype=np.int64)
    progress(0.9, "clustering", f"{len(eligible):,} images")
    selector = AckmeansSelector(AckmeansStrategy(), "densest")
    if not len(eligible):
        return []
    selection = selector(
        SelectionInput(embedding.normalised, nothing, eligible, request.clusters, request.seed)
    )
    sizes = np.bincount(selection.clusters[eligible], minlength=len(selection.eigen))
    order = np.argsort(-sizes, kind="stable")
    return [
        Candidate(image_id=request.pool[selection.eigen[i]].id, cluster_size=int(sizes[i])) for i in order
    ]
