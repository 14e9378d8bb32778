"""One evolution step on one page: embed, finetune, score, propose, store."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.artefacts import save_model, save_step
from ml.backbone import Encoder, materialise, open_encoder
from ml.config import AckmeansStrategy, EncoderSpec
from ml.embed import PHOTO_SIZE, Embedding, choose_image_size, embed_images
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

# Rows of features that are part of their name.
KEY_ROWS = 512


def run_step(request: StepRequest, progress: Progress, selector: Selector | None = None) -> StepResult:
    """Train on the labels of `request`, score the test images and propose the next eigen-samples.

    `selector` replaces the strategy of the configuration (a simulation asks an oracle). The files written to
    `output_directory` are described in ml/artefacts.py. Raises UnusableInputError with a reason to show.
    """
    timer = PhaseTimer()
    seed_everything(request_seed(request))
    request.output_directory.mkdir(parents=True, exist_ok=True)
    files = request.pool + request.test
    with timer.phase("embed"):
        encoder = open_encoder(request.encoder, request.cache_directory)
        size = choose_image_size(encoder, request.encoder.spec.image_size, request.pool)
        embedding = embed_images(encoder, files, size, request.cache_directory, within(progress, 0.0, 0.6))
    training = training_set(request, embedding)
    model: StepModel | None = None
    probabilities: NDArray[np.float32] | None = None
    if len(training.seen) > 1:
        with timer.phase("finetune"):
            progress(0.6, "finetuning", f"{len(training.rows):,} labels")
            model = fit(request, encoder, embedding, training, within(progress, 0.6, 0.85))
        with timer.phase("predict"):
            probabilities = model.head.probabilities(model.features)
    features = l2_normalised((model.features if model else embedding.features)[: len(request.pool)])
    given = selection_input(request, embedding, features, training.rows, probabilities)
    if model is None or model.tensors is None:
        given = replace(given, features_key=features_key(request, encoder, embedding))
    selection: Selection | None = None
    if request.ask:
        with timer.phase("propose"):
            progress(0.85, "proposing", f"{request.ask:,} eigen-samples")
            selection = (selector or selector_of(request.config))(given)
    with timer.phase("store"):
        save_step(request, probabilities, selection)
        if model is not None:
            save_model(model, encoder, size, request.categories, request.output_directory)
    proposals = proposals_of(request, given, selection, probabilities) if selection else []
    progress(1.0, "done", "")
    return StepResult(
        accuracy=score(request, probabilities),
        train_labels=len(training.rows),
        proposals=proposals,
        short=shortage(request, given, len(proposals)),
        seconds=timer.seconds,
        record=record_of(request, encoder, embedding),
    )


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


def features_key(request: StepRequest, encoder: Encoder, embedding: Embedding) -> str:
    """Return a name for the features that the encoder as it is gives the pool.

    It holds some of the features too, in case the same images were embedded again and rounded otherwise.
    """
    count = len(request.pool)
    digest = sha256(f"{encoder.sha256} {embedding.image_size}".encode())
    for image in request.pool:
        digest.update(image.sha256.encode())
    digest.update(embedding.unreadable[:count].tobytes())
    digest.update(embedding.features[: count : max(1, count // KEY_ROWS)].tobytes())
    return digest.hexdigest()


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


def record_of(request: StepRequest, encoder: Encoder, embedding: Embedding) -> dict[str, object]:
    """Return what is written down about the run, for a person who wants to repeat it."""
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
    encoder = open_encoder(request.encoder, request.cache_directory)
    size = choose_image_size(encoder, request.encoder.spec.image_size, request.pool)
    embedding = embed_images(encoder, request.pool, size, request.cache_directory, within(progress, 0.0, 0.9))
    excluded = set(request.excluded)
    taken = np.array([image.id in excluded for image in request.pool], dtype=np.bool_) | embedding.unreadable
    eligible = np.flatnonzero(~taken)
    nothing = np.zeros(0, dtype=np.int64)
    features = l2_normalised(embedding.features)
    progress(0.9, "clustering", f"{len(eligible):,} images")
    selector = AckmeansSelector(AckmeansStrategy(), "densest")
    if not len(eligible):
        return []
    selection = selector(SelectionInput(features, nothing, eligible, request.clusters, request.seed))
    sizes = np.bincount(selection.clusters[eligible], minlength=len(selection.eigen))
    order = np.argsort(-sizes, kind="stable")
    return [
        Candidate(image_id=request.pool[selection.eigen[i]].id, cluster_size=int(sizes[i])) for i in order
    ]
