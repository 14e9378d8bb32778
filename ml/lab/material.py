"""What every simulation of one collection and one encoder shares, read once: images, truth and features."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.encoders.embed import Embedded, embed_collection
from ml.lab.collections import Collection, read_collection
from ml.messages import EncoderFile
from ml.progress import Progress
from ml.step.learning import readable_in_all


@dataclass(frozen=True)
class Material:
    """A `pool` and a `test` collection with what `encoder` made of both.

    `second` is the same with another encoder, whose beliefs are averaged with those of the first.
    """

    pool: Collection
    test: Collection
    encoder: EncoderFile
    embedded: Embedded
    cache: Path
    second: "Material | None" = None

    @cached_property
    def by_each(self) -> list[Embedded]:
        """Return what each encoder made of the images."""
        second = [self.second.embedded] if self.second is not None else []
        return readable_in_all([self.embedded, *second])

    def drawn(self, share: float, seed: int, imbalance: float = 1.0) -> "Material":
        """Return this with the part of the pool that `drawn_rows` draws.

        Features stay what they are: they are of an image alone.
        """
        if share == imbalance == 1:
            return self
        rows = drawn_rows(self.truth, share, seed, imbalance)
        pool = self.pool.part(rows)
        own = np.concatenate([rows, np.arange(len(self.truth), len(self.embedded.embedding.features))])
        embedding = replace(
            self.embedded.embedding,
            features=self.embedded.embedding.features[own],
            unreadable=self.embedded.embedding.unreadable[own],
        )
        second = self.second.drawn(share, seed, imbalance) if self.second is not None else None
        return replace(self, pool=pool, embedded=replace(self.embedded, embedding=embedding), second=second)

    @cached_property
    def categories(self) -> list[str]:
        """Return the class names of the pool, sorted."""
        return self.pool.categories

    @cached_property
    def truth(self) -> NDArray[np.int64]:
        """Return int64[N], each pool image's index into `categories`."""
        return np.array(self.pool.truth(self.categories), dtype=np.int64)

    @cached_property
    def test_truth(self) -> list[int]:
        """Return each test image's index into `categories`."""
        return self.test.truth(self.categories)


def drawn_rows(
    truth: NDArray[np.int64], share: float, seed: int, imbalance: float = 1.0
) -> NDArray[np.int64]:
    """Return the rows, ascending, of `share` of each class of `truth` int64[N]: one at least, by `seed`.

    With an `imbalance` the sizes of classes fall exponentially, by that factor from the first to the last
    (Cui et al. 2019), in an order by `seed`. A class that is smaller than that stays as it is.
    """
    if share == imbalance == 1:
        return np.arange(len(truth), dtype=np.int64)
    generator = np.random.default_rng([seed, 3])
    parts = [np.flatnonzero(truth == category) for category in np.unique(truth)]
    wanted = [share * len(part) for part in parts]
    if imbalance > 1:
        profile = max(wanted) * imbalance ** -np.linspace(0, 1, len(parts))
        profile = profile[np.random.default_rng([seed, 5]).permutation(len(parts))]
        wanted = [min(most, own) for most, own in zip(wanted, profile, strict=True)]
    drawn = [
        generator.choice(part, max(1, round(count)), replace=False)
        for part, count in zip(parts, wanted, strict=True)
    ]
    return np.sort(np.concatenate(drawn)).astype(np.int64)


def read_material(
    pool: str,
    test: str,
    encoder: EncoderFile,
    cache: Path,
    progress: Progress,
    *,
    second: EncoderFile | None = None,
) -> Material:
    """Return the collections at the locations `pool` and `test`, embedded through the cache.

    With a `second` encoder they are embedded by both. Raises UnusableInputError where one cannot be read, or
    the test images have a class that the pool lacks.
    """
    collections = read_collections(pool, test, cache)
    first = embedded_material(*collections, encoder, cache, progress)
    if second is None:
        return first
    return replace(first, second=embedded_material(*collections, second, cache, progress))


def read_pool(pool: str, encoder: EncoderFile, cache: Path, progress: Progress) -> Material:
    """Return the collection at the location `pool`, embedded through the cache, without test images.

    Raises UnusableInputError where it cannot be read.
    """
    found = read_collection(pool, "pool", cache)
    return embedded_material(found, Collection(found.name, [], []), encoder, cache, progress)


def read_collections(pool: str, test: str, cache: Path) -> tuple[Collection, Collection]:
    """Return the collections at `pool` and `test`; raises as `read_material` does."""
    collections = read_collection(pool, "pool", cache), read_collection(test, "test", cache)
    collections[1].truth(collections[0].categories)
    return collections


def embedded_material(
    pool: Collection, test: Collection, encoder: EncoderFile, cache: Path, progress: Progress
) -> Material:
    """Return what `encoder` makes of the collections, through the cache."""
    embedded = embed_collection(encoder, pool.images, test.images, cache, progress)
    return Material(pool, test, encoder, embedded, cache)
