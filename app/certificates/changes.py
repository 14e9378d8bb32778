"""What has changed since labels were kept: why a certificate is void, and why an audit cannot go on."""

from functools import lru_cache

from app.certificates.labels import Labels

ONE = {"images": "image", "labels": "label"}


@lru_cache(maxsize=8)
def why_void(then: Labels, now: Labels) -> str | None:
    """Return why a certificate about the labels `then` says nothing of those `now`; None where it holds.

    A label that a person confirmed since changes nothing, and neither does the new name of a category.
    """
    reasons = _why_others(then, now)
    changed = sum(now.of(image) not in {label, None} for image, label in _labels(then))
    if changed and not reasons:
        reasons = [f"{_many(changed, 'labels')} {_has(changed)} changed since."]
    return " ".join(reasons) or None


@lru_cache(maxsize=8)
def why_stale(then: Labels, now: Labels) -> str | None:
    """Return why an audit of the unseen labels `then` says nothing of those `now`; None where it does.

    What people have seen since is no reason.
    """
    reasons = _why_others(then, now)
    others = sum(then.unseen.get(image) != label for image, label in now.unseen.items())
    if others and not reasons:
        reasons = [f"{_many(others, 'labels')} that nobody had to audit {_has(others)} changed since."]
    return " ".join(reasons) or None


def _why_others(then: Labels, now: Labels) -> list[str]:
    reasons = []
    if then.step_id != now.step_id:
        reasons.append(
            f"A newer model has labelled the images since: {now.model}."
            if now.model
            else "The model that labelled the images is lost."
        )
    came, went = len(now.every_image - then.every_image), len(then.every_image - now.every_image)
    if came:
        reasons.append(f"{_many(came, 'images')} came since.")
    if went:
        reasons.append(f"{_many(went, 'images')} went since.")
    if then.categories != now.categories:
        reasons.append("The categories are others now.")
    return reasons


def _labels(labels: Labels) -> list[tuple[str, str]]:
    return [*labels.seen.items(), *labels.unseen.items()]


def _many(count: int, what: str) -> str:
    return f"{count:,} {ONE[what] if count == 1 else what}"


def _has(count: int) -> str:
    return "has" if count == 1 else "have"
