"""What a run is asked to do: frozen, torch-free, and the only part of `ml` that `app` may import."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

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


EncoderSpec = Annotated[BundledEncoder | TimmEncoder, Field(discriminator="kind")]
