"""Which images to ask about: one class per strategy, with its settings."""

from typing import Annotated, Literal

from pydantic import Field

from ml.config.base import FrozenModel


class AckmeansStrategy(FrozenModel):
    """Anchor-Constrained KMeans (paper, Algorithm 1)."""

    kind: Literal["ackmeans"] = "ackmeans"
    max_iter: int = Field(50, ge=1, le=1000)
    init: Literal["k-means++", "random"] = "k-means++"


class RandomStrategy(FrozenModel):
    """Uniform sampling without replacement: the control that every strategy has to beat."""

    kind: Literal["random"] = "random"


class TypiclustStrategy(FrozenModel):
    """The most typical image of each large cluster without a label (TypiClust, Hacohen et al. 2022)."""

    kind: Literal["typiclust"] = "typiclust"
    max_clusters: int = Field(500, ge=1, le=10_000)


class ProbcoverStrategy(FrozenModel):
    """Covers most images with balls around the chosen ones (ProbCover, Yehuda et al. 2022).

    The radius is the largest whose balls are pure to `purity` under k-means pseudo-labels.
    """

    kind: Literal["probcover"] = "probcover"
    purity: float = Field(0.95, gt=0, le=1)


class MaxHerdingStrategy(FrozenModel):
    """Maximises how similar every image is to its most similar labelled one (MaxHerding, Bae et al. 2024)."""

    kind: Literal["max_herding"] = "max_herding"
    sigma: float = Field(1.0, gt=0, description="Width of the Gaussian kernel on unit-length features.")


class UHerdingStrategy(FrozenModel):
    """MaxHerding with every image weighted by how unsure the model is of it (UHerding, Bae et al. 2025).

    The kernel is as wide as the least distance between two labelled images, and the model's temperature is
    fitted to labels held out. With a number for `sigma` the width is fixed and there is no temperature.
    """

    kind: Literal["uherding"] = "uherding"
    sigma: float | None = Field(
        None, gt=0, description="Width of the kernel; left out, it follows the labelled images."
    )


class PropagatedHerdingStrategy(FrozenModel):
    """MaxHerding on centred features, with every image weighted by what label propagation leaves open: ours.

    An image that propagation is sure of weighs `floor`, one that it cannot tell 1 more.
    """

    kind: Literal["propagated_herding"] = "propagated_herding"
    sigma: float = Field(1.0, gt=0, description="Width of the Gaussian kernel on unit-length features.")
    floor: float = Field(0.1, ge=0)


class BalancedHerdingStrategy(FrozenModel):
    """Propagated herding that heeds a classifier and rare categories too, the more labels there are: ours.

    An image of which nothing is left open weighs `floor`, as in propagated herding.
    """

    kind: Literal["balanced_herding"] = "balanced_herding"
    sigma: float = Field(1.0, gt=0, description="Width of the Gaussian kernel on unit-length features.")
    floor: float = Field(0.1, ge=0)
    balance: float = Field(
        0.25, ge=0, le=1, description="How much more images of rare categories count; 0: not at all."
    )


class UslStrategy(FrozenModel):
    """The densest image of each k-means cluster, kept apart from the others chosen (USL, Wang 2022)."""

    kind: Literal["usl"] = "usl"
    neighbours: int = Field(20, ge=1, le=1000)
    repulsion: float = Field(0.5, ge=0, description="Weight of the distance to the other clusters' choices.")


class RdssStrategy(FrozenModel):
    """Herding whose mean embedding follows the pool's, damped for diversity (RDSS, Shao et al. 2024)."""

    kind: Literal["rdss"] = "rdss"
    sigma: float = Field(1.0, gt=0, description="Width of the Gaussian kernel on unit-length features.")


class KCentreStrategy(FrozenModel):
    """The image farthest from all labelled ones, again and again (CoreSet, Sener and Savarese 2018)."""

    kind: Literal["k_centre"] = "k_centre"


class MarginStrategy(FrozenModel):
    """The images whose two likeliest categories are closest; random before there is a model."""

    kind: Literal["margin"] = "margin"


class EntropyStrategy(FrozenModel):
    """The images whose prediction has the highest entropy; random before there is a model."""

    kind: Literal["entropy"] = "entropy"


class BadgeStrategy(FrozenModel):
    """k-means++ on the gradients of the last layer (BADGE, Ash et al. 2020); on features without a model."""

    kind: Literal["badge"] = "badge"


class DropQueryStrategy(FrozenModel):
    """One image a cluster of those whose prediction changes under dropout (DropQuery, Gupte et al. 2024).

    The clusters are of k-means. Before two categories have labels all images are clustered.
    """

    kind: Literal["drop_query"] = "drop_query"
    passes: int = Field(
        3, ge=1, le=100, description="Predictions with another part of the features left out."
    )
    dropout: float = Field(0.75, gt=0, lt=1, description="The part that is left out.")


Strategy = Annotated[
    AckmeansStrategy
    | RandomStrategy
    | TypiclustStrategy
    | ProbcoverStrategy
    | MaxHerdingStrategy
    | UHerdingStrategy
    | PropagatedHerdingStrategy
    | BalancedHerdingStrategy
    | UslStrategy
    | RdssStrategy
    | KCentreStrategy
    | MarginStrategy
    | EntropyStrategy
    | BadgeStrategy
    | DropQueryStrategy,
    Field(discriminator="kind"),
]
