"""What the pipeline is asked and what it answers; torch-free, so that any process can build and read it."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ml.config import AnyPretrainConfig, EncoderSpec, ReviewConfig, RoundConfig, SourceSpec

UNKNOWN = -1


class Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ImageFile(Message):
    """One image: `path` is a file, or `archive.zip::member`."""

    id: str
    sha256: str
    path: str


class EncoderFile(Message):
    """The encoder of a round: `weights` is the path of the file that `prepare_encoder` wrote.

    Without `weights` they are made from `spec` (for the bundled encoder: read from its package); `folder` is
    where pretrained weights of timm's networks are looked for before they are downloaded.
    """

    spec: EncoderSpec
    weights: str | None = None
    sha256: str | None = None
    folder: str | None = None


class EncoderRequest(Message):
    """The weights of `spec` are wanted in `output_directory`; `folder` as in EncoderFile."""

    spec: EncoderSpec
    output_directory: Path
    folder: str | None = None


class StepRequest(Message):
    """One evolution step.

    `labels` is the frozen snapshot (pool images only): image id -> index into `categories`.
    `test_truth` holds a category index per test image, or UNKNOWN. Images in `excluded` are never proposed.
    Those in `pending` neither: people have been asked about them, and they count as anchors already.
    `ask` is K, the eigen-samples wanted (0: do not propose); `step` is the step that they are asked at.
    `weak` are the weak labels of other pool images, asked about only where the model believes otherwise.
    `preferred` are images to ask about first, as far as half of `ask`.
    With `second_encoder` the beliefs of a head on it are averaged with those of the head on `encoder`.
    """

    config: RoundConfig
    encoder: EncoderFile
    second_encoder: EncoderFile | None = None
    pool: list[ImageFile]
    test: list[ImageFile] = []
    test_truth: list[Annotated[int, Field(ge=UNKNOWN)]] = []
    categories: list[str]
    labels: dict[str, Annotated[int, Field(ge=0)]]
    weak: dict[str, Annotated[int, Field(ge=0)]] = {}
    preferred: list[str] = []
    excluded: list[str] = []
    pending: list[str] = []
    ask: int = Field(ge=0)
    step: int = Field(ge=0)
    cache_directory: Path
    output_directory: Path


class Accuracy(Message):
    """On the test images whose truth is known; `mean_class` averages over the categories seen among them.

    `weighted` counts each of these as often as the pool has it, where that is known or estimated. `apart` is
    the part of the test images that would have to be of other categories to be distributed like the pool;
    None where that is little, chance, or unknown.
    """

    top1: float
    mean_class: float
    images: int
    weighted: float | None = None
    apart: float | None = None


class Proposal(Message):
    """One eigen-sample with the cluster it stands for.

    `cluster_size` counts the images of the cluster, the eigen-sample included; `cluster_image_ids` are up to
    12 others, nearest to it first. `suggestions` are (category index, confidence), best first; empty without
    a model. `substitutes` are up to 16 images to ask about instead, best first.
    """

    image_id: str
    cluster_size: int
    cluster_image_ids: list[str]
    suggestions: list[tuple[int, float]]
    substitutes: list[str]


class StepResult(Message):
    """`short` says why there are fewer proposals than asked for; `seconds` is per phase."""

    accuracy: Accuracy | None
    train_labels: int
    proposals: list[Proposal]
    short: str | None
    seconds: dict[str, float]
    record: dict[str, object]


class ReviewRequest(Message):
    """The model of `step`, which asks for nothing, and up to `pages` pages of a review.

    Images that are `hidden` are on no page. The labels of those `unseen` teach the model, but no person gave
    them. `before` has the category that the model before gave images, by their ids, where `review.mode` asks
    for it.
    """

    step: StepRequest
    review: ReviewConfig
    pages: int = Field(ge=1)
    hidden: list[str] = []
    unseen: list[str] = []
    before: dict[str, str] = {}


class ReviewPage(Message):
    """Images side by side that are shown as `category`, an index; None: they have to be named.

    `confidences` are those of what the model calls each of them, which is `guesses`.
    """

    image_ids: list[str]
    category: int | None
    guesses: list[int]
    confidences: list[float]


class ReviewResult(Message):
    """The step, and its pages, the first first.

    `pages_left` is how many it takes to show all that is unseen; `unreadable` are the images of the pool that
    cannot be shown.
    """

    step: StepResult
    pages: list[ReviewPage]
    pages_left: int
    unreadable: list[str]


class CandidatesRequest(Message):
    """`clusters` representatives of the pool are wanted, for a person to find one indicator per category."""

    encoder: EncoderFile
    pool: list[ImageFile]
    excluded: list[str] = []
    clusters: int = Field(ge=1)
    seed: int = 0
    cache_directory: Path


class EmbedRequest(Message):
    """The features of `pool` and `test` are wanted in the cache before a step asks for them.

    No batch is begun after `seconds` of work. Images whose sha256 is in `unreadable` are not tried.
    """

    encoder: EncoderFile
    pool: list[ImageFile]
    test: list[ImageFile] = []
    unreadable: list[str] = []
    seconds: float = Field(gt=0)
    cache_directory: Path


class EmbedResult(Message):
    """`embedded` images were added to the cache and `left` are still to be; `unreadable` have no features."""

    embedded: int
    left: int
    unreadable: list[str]


class PredictRequest(Message):
    """What a model says of `images` that it has not seen is wanted: `head` and `description` are its files.

    `encoder` is the one that it was trained with, finetuned or not, and `second_encoder` the one that it was
    averaged with, if any.
    """

    encoder: EncoderFile
    second_encoder: EncoderFile | None = None
    head: Path
    description: Path
    images: list[ImageFile]
    cache_directory: Path
    output_directory: Path


class PredictResult(Message):
    """`skipped` says why nothing was predicted, where that is so."""

    predicted: int
    unreadable: int
    skipped: str | None = None


class Candidate(Message):
    image_id: str
    cluster_size: int


class FilesSource(Message):
    """Images by path; `classes` names the class of each where that is known."""

    kind: Literal["files"] = "files"
    paths: list[str]
    classes: list[str] | None = None


ImageSource = Annotated[SourceSpec | FilesSource, Field(discriminator="kind")]


class SourceRequest(Message):
    """The number of images in `source` is wanted; what must be downloaded goes below `cache_directory`."""

    source: ImageSource
    cache_directory: Path


class SourceResult(Message):
    images: int


class PretrainRequest(Message):
    """One pretraining run. `source` is left out by `uf`, `target` (paths of pool images) by `vup`.

    `initial` holds the weights that `uf` goes on from, `initial_state` the path of what else is kept of their
    training. `labelled` are images of known classes to measure by, which nothing learns from; without them it
    is measured by a source that tells classes. `checkpoints` are the paths of earlier ones, newest first: the
    run resumes from the first that is whole. `processes` train together; None: one a GPU.
    """

    config: AnyPretrainConfig
    processes: int | None = None
    source: ImageSource | None = None
    target: list[str] = []
    initial: EncoderFile | None = None
    initial_state: str | None = None
    labelled: FilesSource | None = None
    checkpoints: list[str] = []
    cache_directory: Path
    output_directory: Path


class PretrainPoint(Message):
    """How a run goes, at `step` of `steps`: means since the last point.

    `alignment` and `uniformity` are those of Wang and Isola (2020) on the projections of a batch. Some points
    say how well known classes separate: `knn_accuracy` of a vote of the nearest labelled images, and the
    `bcubed` F of k-means with a cluster a class.
    """

    step: int
    steps: int
    epoch: float
    loss: float
    alignment: float
    uniformity: float
    learning_rate: float
    images_per_second: float
    seconds_left: float
    knn_accuracy: float | None = None
    bcubed: float | None = None


class Checkpoint(Message):
    """A complete file `name` in the output directory, from which the run can go on after `step`."""

    name: str
    step: int
    sha256: str


class ThroughputRequest(Message):
    """The speed of pretraining with `config` on this machine is wanted, from a few steps on random images."""

    config: AnyPretrainConfig


class ThroughputResult(Message):
    images_per_second: float
    device: str
