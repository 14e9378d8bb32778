"""What a certificate says."""

from datetime import date

from pydantic import Field

from ml.certificate.audit import Audit
from ml.config import FrozenModel

METHOD = (
    "uniform audit without replacement, answered without the model's guess; "
    "betting confidence sequence for a finite population, valid at every look"
)
ALL_SEEN = "every image seen by people"


class Certificate(FrozenModel):
    """At most `wrong_at_most` of `images` labels are wrong, `sure` is the confidence.

    People have `seen` of the images. The audit asked about `audited` of them and found `found_wrong` labels
    wrong; it corrected them but for `skipped` ones that nobody could tell, which count as wrong. `mistakes`
    is the share of people's answers that is taken to be wrong, and `attempt` says how many audits there have
    been. It is about the images and labels of its date: others void it.
    """

    date: date
    images: int = Field(ge=0)
    seen: int = Field(ge=0)
    audited: int = Field(ge=0)
    found_wrong: int = Field(ge=0)
    skipped: int = Field(0, ge=0)
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
        said = f"{self.images:,} labels, {self._seen}{self._bound}{self._audit}"
        doubt = f", people wrong in at most {100 * self.mistakes:g} % of their answers"
        return said + doubt if self.mistakes else said

    @property
    def _seen(self) -> str:
        return "all seen by people" if self.seen == self.images else f"{self.seen:,} seen by people"

    @property
    def _bound(self) -> str:
        """Return what is wrong at most; nothing where people have seen all and are taken to be right."""
        if self.seen == self.images and not self.wrong_at_most:
            return ""
        per_mille = -(-self.wrong_at_most * 1000 // self.images) if self.images else 0
        sure = f" ({100 * self.sure:g} %)" if self.audited else ""
        return f", at most {per_mille / 10:g} % wrong{sure}"

    @property
    def _audit(self) -> str:
        skipped = f", {self.skipped:,} of them skipped and counted as wrong" if self.skipped else ""
        return f", {self.audited:,} audited{skipped}" if self.audited else ""


def certificate(
    audit: Audit,
    seen: int,
    sure: float,
    on: date,
    *,
    goal: float | None = None,
    attempt: int = 1,
    later: int = 0,
) -> Certificate:
    """Return what `audit` proves of a set of which people had `seen` some images before it.

    `later` ones were seen since by other ways, or answered behind a place of the order that is not.
    """
    images = seen + audit.population
    return Certificate(
        date=on,
        images=images,
        seen=seen + later + audit.named,
        audited=audit.audited,
        found_wrong=audit.wrong,
        skipped=audit.skipped,
        wrong_at_most=min(images, audit.wrong_at_most(seen + later)),
        sure=sure,
        goal=goal,
        mistakes=audit.mistakes,
        attempt=attempt,
        method=METHOD if audit.population else ALL_SEEN,
    )
