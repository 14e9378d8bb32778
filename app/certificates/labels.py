"""The label of every image of a project's pool: what is audited, and what a certificate is about.

It is that of a person where there is one, else a weak label, else what the newest model calls the image.
"""

import json
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.certificates.label_versions import labels_version
from app.core.models import Annotation, Category, Image
from app.core.order import oldest_first
from app.core.storage import get_storage
from app.labelling.seen import SEEN
from app.rounds.predictions import latest_predictions

WEAK = "weak"


@dataclass(frozen=True, eq=False)
class Labels:
    """Category ids by image id: of images that people have `seen`, and of those `unseen`, in an order.

    `without` are images that no model has labelled. `categories` are the ids that can be given, in no order.
    `model` is the round and step that people know the model of `step_id` by; both are None without a model.
    The labels of one version are one object, so that what follows from them is worked out once.
    """

    step_id: str | None
    model: str | None
    categories: frozenset[str]
    seen: dict[str, str]
    unseen: dict[str, str]
    without: frozenset[str] = field(default_factory=frozenset)

    @property
    def images(self) -> int:
        """Return the number of images that have a label."""
        return len(self.seen) + len(self.unseen)

    def of(self, image_id: str) -> str | None:
        """Return the label of an image; None without one."""
        return self.seen.get(image_id) or self.unseen.get(image_id)

    def in_order(self, images: Iterable[str]) -> "Labels":
        """Return the same labels with the unseen `images`, which are all of them, in their order."""
        unseen = {image: self.unseen[image] for image in images}
        return Labels(self.step_id, self.model, self.categories, self.seen, unseen, self.without)

    @property
    def every_image(self) -> frozenset[str]:
        """Return the ids of all images, those without a label included."""
        return self.without.union(self.seen, self.unseen)


_newest: dict[str, tuple[Hashable, Labels]] = {}
PROJECTS = 4
"""Of so many projects a process remembers the labels that it has read last."""


def labels_now(session: Session, project_id: str) -> Labels:
    """Return the labels of a project's usable pool images as they stand; read where they have changed."""
    version = labels_version(session, project_id)
    known = _newest.pop(project_id, None)
    if known is None or known[0] != version:
        known = (version, _read(session, project_id))
    _newest[project_id] = known
    while len(_newest) > PROJECTS:
        _newest.pop(next(iter(_newest)), None)
    return known[1]


def _read(session: Session, project_id: str) -> Labels:
    given = {weak: _given(session, project_id, weak=weak) for weak in (False, True)}
    images = select(Image.id).where(
        Image.project_id == project_id, Image.split == "pool", Image.excluded.is_(None)
    )
    predictions = latest_predictions(session, project_id)
    seen: dict[str, str] = {}
    unseen: dict[str, str] = {}
    without: list[str] = []
    for image in session.scalars(images.order_by(Image.id)):
        guess = predictions.of(image) if predictions else None
        if image in given[False]:
            seen[image] = given[False][image]
        elif image in given[True]:
            unseen[image] = given[True][image]
        elif guess is not None:
            unseen[image] = guess[0]
        else:
            without.append(image)
    active = select(Category.id).where(Category.project_id == project_id, Category.archived_at.is_(None))
    return Labels(
        step_id=predictions.model.id if predictions else None,
        model=predictions.model.name if predictions else None,
        categories=frozenset(session.scalars(active)),
        seen=seen,
        unseen=unseen,
        without=frozenset(without),
    )


def _given(session: Session, project_id: str, *, weak: bool) -> dict[str, str]:
    """Return the labels that stand; of several of one image the newest counts."""
    stands = (
        (Annotation.superseded_at.is_(None), Annotation.category_id.is_not(None), Annotation.kind == WEAK)
        if weak
        else (SEEN,)
    )
    rows = session.execute(
        select(Annotation.image_id, Annotation.category_id)
        .where(Annotation.project_id == project_id, *stands)
        .order_by(*oldest_first(Annotation))
    )
    return {row.image_id: row.category_id for row in rows}


def labels_key(project_id: str, identifier: str) -> str:
    """Return where the labels of an audit or a certificate are kept."""
    return f"certificates/{project_id}/{identifier}.json"


def keep_labels(labels: Labels, key: str) -> None:
    """Store `labels` for good."""
    names = sorted({*labels.seen.values(), *labels.unseen.values()})
    places = {name: place for place, name in enumerate(names)}
    document: dict[str, Any] = {
        "format": 1,
        "step_id": labels.step_id,
        "model": labels.model,
        "categories": sorted(labels.categories),
        "labels": names,
        "without": sorted(labels.without),
    }
    for part, found in (("seen", labels.seen), ("unseen", labels.unseen)):
        document[part] = {"images": list(found), "labels": [places[name] for name in found.values()]}
    get_storage().put(key, json.dumps(document, separators=(",", ":")).encode())


@lru_cache(maxsize=8)
def kept_labels(key: str) -> Labels:
    """Return labels that were stored; FileNotFoundError where they are lost."""
    document = json.loads(get_storage().read(key))

    def part(name: str) -> dict[str, str]:
        found = document[name]
        labels = (document["labels"][place] for place in found["labels"])
        return dict(zip(found["images"], labels, strict=True))

    return Labels(
        step_id=document["step_id"],
        model=document["model"],
        categories=frozenset(document["categories"]),
        seen=part("seen"),
        unseen=part("unseen"),
        without=frozenset(document["without"]),
    )
