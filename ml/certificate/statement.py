"""What a certificate says."""

from datetime import date

from pydantic import Field

from ml.certificate.audit import Audit
from ml.config import FrozenModel

METHOD = (
    "uniform audit without replacement, answered without the model's guess; "
    "betting confidence sequence for a finite population, valid at every look"
)


class Certificate(FrozenModel):
    """At most `wrong_at_most` of `images` labels are wrong, `sure` is the confidence.

    People have `seen` of the images, `audited` of them in the audit, which found `found_wrong` labels wrong
    and corrected them. `mistakes` is the share of people's answers that is taken to be wrong, and `attempt`
    says how many audits there have been. It is about the images and labels of its date: others void it.
    """

    date: date
    images: int = Field(ge=0)
    seen: int = Field(ge=0)
    audited: int = Field(ge=0)
    found_wrong: int = Field(ge=0)
    wrong_at_most: int = Field(ge=0)
    sure: float = Field(gt=0, lt=1)
    goal: float | None = None
    mistakes: float = 0.0
    attempt: int = 1
    method: str = METHOD

    @property
    def share(self) -> float:
        """Return the share of the labels that is wrong at most."""
        return self.wrong_at_most / self.images if self.images else 0.0

    @property
    def sentence(self) -> str:
        """Return the certificate for people; the share is rounded up."""
        per_mille = -(-self.wrong_at_most * 1000 // self.images) if self.images else 0
        return (
            f"{self.images:,} labels, {self.seen:,} seen by people, at most {per_mille / 10:g} % wrong "
            f"({100 * self.sure:g} %), {self.audited:,} audited"
        )


def certificate(
    audit: Audit, seen: int, sure: float, on: date, *, goal: float | None = None, attempt: int = 1
) -> Certificate:
    """Return what `audit` proves of a set of which people had `seen` some images before it."""
    images = seen + audit.population
    return Certificate(
        date=on,
        images=images,
        seen=seen + audit.audited,
        audited=audit.audited,
        found_wrong=audit.wrong,
        wrong_at_most=min(images, audit.wrong_at_most(seen)),
        sure=sure,
        goal=goal,
        mistakes=audit.mistakes,
        attempt=attempt,
    )
