"""How labels become a model: a head on a frozen encoder, or encoder and head trained together."""

from typing import Annotated, Literal

from pydantic import Field

from ml.config.base import FrozenModel

Trained = Annotated[
    Literal["all", "last_stage", "lora", "head"],
    Field(
        description="Which weights learn: all of the encoder; its last stage (a quarter of its stages or "
        "blocks), at a fraction of the cost; low-rank changes of the attention layers, merged into the "
        "weights at the end (LoRA, Hu et al. 2021; vision transformers only); or the head alone."
    ),
]
BatchNormMode = Annotated[
    Literal["frozen", "train", "momentum"],
    Field(
        description="Statistics of BatchNorm: those of the encoder (frozen), estimated anew from the batches "
        "(train), or moved by batch_norm_momentum a batch (momentum). Few images estimate them badly."
    ),
]
BatchNormMomentum = Annotated[
    float,
    Field(gt=0, le=1, description="Share of a batch in the running statistics, where they move slowly."),
]
LoraRank = Annotated[int, Field(ge=1, le=256, description="Rank of the changes of LoRA.")]
LoraRate = Annotated[float, Field(gt=0, description="Learning rate of LoRA's factors, by AdamW.")]
HeadStart = Annotated[
    Literal["random", "zero", "means"],
    Field(
        description="What the head starts from: small random weights, zeros, or the mean feature of each "
        "category."
    ),
]
Balance = Annotated[
    Literal["none", "sampling", "logits"],
    Field(
        description="Against unequal numbers of labels: nothing; every category drawn as often (sampling); "
        "or logits raised by the logarithm of a category's share while training (logits, Menon et al. 2021)."
    ),
]
Flip = Annotated[
    bool,
    Field(
        description="Images are shown mirrored half the time. Off where a mirror image is another thing: "
        "digits, letters, signs."
    ),
]


class FrozenFinetune(FrozenModel):
    """Keep the encoder as it is and fit a head on its features.

    `propagation` spreads the labels over the neighbour graph of the pool (Zhou et al. 2004);
    `propagation_logistic` fits the logistic head to what it is confident of as well; `balanced_propagation`
    spreads them over a second graph too, and keeps frequent categories from drowning rare ones.
    """

    kind: Literal["frozen"] = "frozen"
    head: Literal[
        "logistic", "ridge", "nearest_mean", "propagation", "propagation_logistic", "balanced_propagation"
    ] = "balanced_propagation"
    regularisation: float = Field(1.0, gt=0, description="Inverse strength C of the L2 penalty.")


class FullFinetune(FrozenModel):
    """Train encoder and head together by the paper's recipe (section 6.1, Finetuning Details).

    The paper states 60 epochs, no weight decay, the two learning rates, random crops with resizing, and
    flips. The other defaults are ours (docs/finetuning.md).
    """

    kind: Literal["full"] = "full"
    epochs: int = Field(60, ge=1, le=1000)
    flip: Flip = True
    head_learning_rate: float = Field(3.0, gt=0)
    encoder_learning_rate: float = Field(1e-4, ge=0)
    batch_size: int = Field(64, ge=2, le=4096)
    rates_for_batch: int | None = Field(
        None,
        ge=1,
        description="The batch that the learning rates are meant for: they grow with batch_size in "
        "proportion. Null: they are used as they are.",
    )
    decay: Literal["cosine", "constant"] = Field("cosine", description="Of the learning rates, by epoch.")
    weight_decay: float = Field(0.0, ge=0)
    nesterov: bool = False
    batch_norm: BatchNormMode = "frozen"
    batch_norm_momentum: BatchNormMomentum = 0.01
    crop: Literal["resized", "shifted", "squashed"] = Field(
        "resized",
        description="A random part of the image, resized (resized); or a random square of it after its "
        "shorter side (shifted) or both its sides (squashed) became 8/7 as long as the square's.",
    )
    smallest_crop: float = Field(
        0.2, gt=0, le=1, description="Least share of the image's area in a resized crop."
    )
    train: Trained = "all"
    lora_rank: LoraRank = 8
    lora_learning_rate: LoraRate = 1e-3
    head_start: HeadStart = "random"
    balance: Balance = "none"


class HyperRuleFinetune(FrozenModel):
    """Train encoder and head together by BiT's HyperRule (Kolesnikov et al. 2020), for BiT's encoders.

    A head of zeros; SGD without weight decay, every step on `batch_size` images drawn with replacement where
    there are fewer; a linear warm-up over the first fifth, then a tenth of the rate at two, three and four
    fifths. Images are squashed to 5/4 of the encoder's side where that is at most 128 pixels, to 16/15 else.
    """

    kind: Literal["hyper_rule"] = "hyper_rule"
    steps: int = Field(500, ge=5, le=20_000)
    batch_size: int = Field(512, ge=2, le=4096)
    learning_rate: float = Field(0.003, gt=0)
    flip: Flip = True
    balance: Balance = "none"


class FixMatchFinetune(FrozenModel):
    """Train encoder and head on the labels, and on what the model is sure of about the unlabelled pool.

    FixMatch (Sohn et al. 2020) with a choice of thresholds. The defaults are for an encoder that was
    pretrained: from scratch, FixMatch takes a million steps (docs/finetuning.md).
    """

    kind: Literal["fixmatch"] = "fixmatch"
    steps: int = Field(1000, ge=1, le=2**20)
    batch_size: int = Field(32, ge=2, le=4096, description="Labelled images a step.")
    unlabelled_ratio: int = Field(7, ge=1, le=32, description="Unlabelled images for each labelled one.")
    thresholds: Literal["free", "soft", "fixed"] = Field(
        "free",
        description="Which unlabelled images count: FreeMatch's adaptive thresholds, a weight by SoftMatch's "
        "Gaussian, or a fixed confidence, which lets nothing pass with very few labels.",
    )
    threshold: float = Field(0.95, ge=0, le=1, description="The fixed confidence.")
    threshold_momentum: float = Field(0.999, ge=0, lt=1, description="Of the adaptive thresholds' averages.")
    unlabelled_weight: float = Field(1.0, ge=0, description="Of the loss on unlabelled images.")
    flip: Flip = True
    head_learning_rate: float = Field(0.03, gt=0)
    encoder_learning_rate: float = Field(1e-3, ge=0)
    weight_decay: float = Field(5e-4, ge=0)
    average: float = Field(
        0.999, ge=0, lt=1, description="Decay of the moving average of the weights, which is kept; 0: none."
    )
    batch_norm: BatchNormMode = "frozen"
    batch_norm_momentum: BatchNormMomentum = 0.01
    train: Trained = "all"
    lora_rank: LoraRank = 8
    lora_learning_rate: LoraRate = 1e-3
    head_start: HeadStart = "means"
    balance: Balance = "none"


Finetune = Annotated[
    FrozenFinetune | FullFinetune | HyperRuleFinetune | FixMatchFinetune, Field(discriminator="kind")
]

ONLY_FROZEN_AVERAGED = (
    "A second encoder is averaged with heads on frozen encoders only: finetune.kind has to be frozen."
)


def can_be_averaged(finetune: Finetune) -> bool:
    """Return whether models trained in this way can be averaged over two encoders."""
    return isinstance(finetune, FrozenFinetune)
