"""One run of the loop: its schedule, its strategy, and how labels become a model (ml/config/finetune.py)."""

from typing import Annotated, Literal

from pydantic import Field

from ml.config.base import FrozenModel
from ml.config.finetune import Finetune, FrozenFinetune
from ml.config.strategies import BalancedHerdingStrategy, Strategy

MAX_STEPS = 50
COLD_LABELS = 10
"""What a step of an open-ended round asks for at least without a model: categories may be yet to be found."""
LEAST_CATEGORIES = 2
"""What an open-ended round with fewer categories counts as."""
MAX_LABELS_PER_CATEGORY = 100


class RoundConfig(FrozenModel):
    """One run of the loop: "1 + eps" labels per category, asked for in evolution steps (paper, section 5)."""

    schedule: list[Annotated[int, Field(ge=1, le=MAX_LABELS_PER_CATEGORY)]] = Field(
        default=[1] * 9,
        min_length=1,
        max_length=MAX_STEPS,
        description="Labels per category asked for at each evolution step.",
    )
    strategy: Strategy = BalancedHerdingStrategy()
    eigen_rule: Literal["nearest", "densest"] = "densest"
    finetune: Finetune = FrozenFinetune()
    encoder_id: str = ""
    second_encoder_id: str | None = Field(
        None,
        description="Another encoder, whose head's probabilities are averaged with those of the first. "
        "`encoder_id` alone chooses what is asked. For finetune.kind frozen only.",
    )
    weak_labels: bool = Field(
        False,
        description="Whether the model learns from weak labels too: those of whole clusters.",
    )
    seed: int = Field(0, ge=0, le=2**31 - 1)
    open_ended: bool = Field(
        False,
        description="Steps go on with the schedule's last entry until somebody ends the round. "
        "Such a round may begin with fewer than two categories.",
    )

    rolling: bool = Field(
        False,
        description="The next step is proposed while this one is still labelled, so that nobody waits: "
        "images that are out with people count as anchors. Else a step waits for all answers to the last.",
    )

    @property
    def steps(self) -> int | None:
        """Return how many evolution steps the round has; None where it has no end of its own."""
        return None if self.open_ended else len(self.schedule)

    def ahead(self) -> "RoundConfig":
        """Return what a step that is proposed ahead is computed by: a head on the encoder as it is.

        Training the whole model would take minutes in which people wait.
        """
        return (
            self if self.finetune.kind == "frozen" else self.model_copy(update={"finetune": FrozenFinetune()})
        )

    def labels_at(self, step: int, categories: int, *, model: bool = True) -> int:
        """Return K = b * C, the labels asked for at `step` (1-based) of a project with C categories.

        After the last step it is 0. An open-ended round counts at least two categories, and asks for at least
        ten labels where there is no `model` yet.
        """
        if not self.open_ended:
            return self.schedule[step - 1] * categories if step <= len(self.schedule) else 0
        asked = self.schedule[min(step, len(self.schedule)) - 1] * max(categories, LEAST_CATEGORIES)
        return asked if model else max(asked, COLD_LABELS)

    def remaining(self, step: int, categories: int) -> int:
        """Return the labels asked for from `step` (1-based) to the end; 0 of a round without an end."""
        return 0 if self.open_ended else sum(self.schedule[step - 1 :]) * categories

    def budget(self, categories: int) -> int:
        """Return the labels that the whole schedule asks for: K summed over its steps."""
        return self.remaining(1, categories)
