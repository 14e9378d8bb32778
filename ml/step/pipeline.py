"""What the worker asks for: an evolution step stored with its proposals, an encoder, indicator candidates."""

from pathlib import Path

import numpy as np

from ml.clustering.anchor_memory import AnchorMemory
from ml.config import AckmeansStrategy, EncoderSpec
from ml.encoders.backbone import materialise
from ml.encoders.embed import Embedded, embed_collection
from ml.encoders.method_file import method_file_of, told_of
from ml.images.sizes import PHOTO_SIZE
from ml.messages import Candidate, CandidatesRequest, StepRequest, StepResult
from ml.progress import Progress, within
from ml.runtime import PhaseTimer, choose_device, run_record
from ml.selection.ackmeans import AckmeansSelector
from ml.selection.protocol import SelectionInput
from ml.step.artefacts import Part, save_model, save_step
from ml.step.evolution import Evolution, evolve, request_seed, score
from ml.step.proposals import proposals_of


def run_step(request: StepRequest, progress: Progress, memory: AnchorMemory | None = None) -> StepResult:
    """Train on the labels of `request`, score the test images and propose the next eigen-samples.

    `memory` is kept by who runs the steps of a round one after another.

    The files written to `output_directory` are described in ml/step/artefacts.py. UnusableInputError has
    a reason to show.
    """
    timer = PhaseTimer()
    step = evolve(request, progress, timer, memory=memory)
    with timer.phase("store"):
        store(request, step)
    progress(1.0, "done", "")
    return result_of(request, step, timer)


def result_of(request: StepRequest, step: Evolution, timer: PhaseTimer) -> StepResult:
    """Return what is told of a step that took the seconds of `timer`."""
    proposals = proposals_of(request, step.given, step.selection, step.confidences) if step.selection else []
    return StepResult(
        accuracy=score(request, step.confidences),
        train_labels=sum(request.pool[row].id in request.labels for row in step.training.rows),
        proposals=proposals,
        short=shortage(request, step.given, len(proposals)),
        seconds=timer.seconds,
        record=record_of(request, step),
    )


def store(request: StepRequest, step: Evolution) -> None:
    """Write the files of the step to the output directory of `request`."""
    request.output_directory.mkdir(parents=True, exist_ok=True)
    images = request.pool + request.test
    unreadable = [images[row].id for row in np.flatnonzero(step.embedded.embedding.unreadable)]
    save_step(request, step.confidences, step.given, step.selection, unreadable)
    if step.model is not None:
        parts = [Part(step.model, step.embedded)]
        if step.second is not None and step.second.model is not None:
            parts.append(Part(step.second.model, step.second.embedded))
        save_model(parts, request.categories, request.output_directory)


def shortage(request: StepRequest, given: SelectionInput, found: int) -> str | None:
    """Return why there are fewer proposals than asked for, or None."""
    if found >= request.ask:
        return None
    left = len(given.eligible)
    if left == 0:
        return "no unlabelled image is left in the pool"
    if found == left:
        return f"only {left:,} unlabelled image{'s are' if left > 1 else ' is'} left in the pool"
    if found == 0:
        return f"none of the {left:,} unlabelled images that are left differs from those labelled"
    return f"only {found:,} unlabelled images differ from each other and from those labelled"


def record_of(request: StepRequest, step: Evolution) -> dict[str, object]:
    """Return what is written down about the run, for a person who wants to repeat it."""
    record = run_record(request_seed(request), choose_device()) | {
        **record_of_encoder(step.embedded),
        "images": len(request.pool) + len(request.test),
        "unreadable": int(step.embedded.embedding.unreadable.sum()),
        "rest": rest_of(request, step),
        "weak_labels": sum(request.pool[row].id not in request.labels for row in step.training.rows),
    }
    return record | ({"second": record_of_encoder(step.second.embedded)} if step.second else {})


def rest_of(request: StepRequest, step: Evolution) -> dict[str, float] | None:
    """Return how many readable images of the pool have no label, and the mean confidence in them.

    None without a model.
    """
    if step.confidences is None:
        return None
    unlabelled = ~step.embedded.embedding.unreadable[: len(request.pool)]
    unlabelled[step.training.rows] = False
    highest = step.confidences[: len(request.pool)][unlabelled].max(axis=1)
    return {"images": len(highest), "confidence": float(highest.mean()) if len(highest) else 0.0}


def record_of_encoder(embedded: Embedded) -> dict[str, object]:
    """Return what is written down about an encoder and what it did in a run."""
    encoder, embedding = embedded.encoder, embedded.embedding
    return {
        "encoder": encoder.architecture,
        "encoder_sha256": encoder.sha256,
        "feature_dim": embedding.features.shape[1],
        "image_size": embedding.image_size,
        "images_embedded": embedding.computed,
        "images_per_second": embedding.images_per_second,
    }


def prepare_encoder(
    spec: EncoderSpec, output_directory: Path, folder: str | None = None
) -> dict[str, object]:
    """Write `encoder.safetensors` with the weights that `spec` names. Return its details, sha256 included.

    What a checkpoint of others knows of its training goes to a file beside it, which `method_state` tells of.
    Weights of timm's networks are looked for in `folder` before they are downloaded.
    """
    output_directory.mkdir(parents=True, exist_ok=True)
    weights = Path(folder) if folder else None
    path = output_directory / "encoder.safetensors"
    encoder = materialise(spec, path, weights, keeping=True)
    details = encoder.model_dump(exclude={"path", "mean", "std"}, mode="json")
    stated = encoder.fixed_image_size or spec.image_size or encoder.native_image_size
    beside = method_file_of(path)
    kept = {"method_state": told_of(beside)} if beside.is_file() else {}
    return details | kept | {"image_size": stated or PHOTO_SIZE}


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
