"""Pretrainings of experiment files: each is trained once, and found again by its content."""

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.config import PretrainConfig
from ml.errors import UnusableInputError
from ml.lab.collections import Collection
from ml.lab.encoders import encoder_named
from ml.lab.locks import locked
from ml.lab.pretraining import run, source_at
from ml.lab.pretrainings import Pretraining
from ml.messages import EncoderFile, FilesSource, ImageFile, ImageSource
from ml.pretraining.classes import class_names
from ml.pretraining.run_name import run_name
from ml.pretraining.sources import PathImages, open_source
from ml.progress import Progress
from ml.whole_file import written_whole

FOLDER = "encoders"
DETAILS = "details.json"
PART_SEED = 0


@dataclass(frozen=True)
class Source:
    """The images of a source; `digest` says which they are, wherever they lie."""

    images: ImageSource
    count: int
    digest: str


@dataclass
class Trainings:
    """Trains pretrainings below the `cache`; `locate` turns a location as written into a path."""

    locate: Callable[[str], str]
    cache: Path
    sources: dict[tuple[str, float, float], Source] = field(default_factory=dict)

    def encoder(
        self, pretraining: Pretraining, seed: int, pool: Collection, progress: Progress
    ) -> EncoderFile:
        """Return the encoder that `pretraining` makes with `seed` and the images of `pool`.

        It is trained unless the cache has it. A stopped training goes on from its newest checkpoint. It is
        measured by the pool's classes, also where it does not learn from the pool.
        """
        initial = None
        if pretraining.initial is not None:
            initial = self.encoder(pretraining.initial, seed, pool, progress)
        source = self.source(pretraining) if pretraining.source else None
        target = target_images(pretraining, seed, pool.images)
        config = config_of(pretraining, seed, source.count if source else 0, len(target))
        out = self.cache / FOLDER / key_of(config, source, target, initial)
        with locked(out, progress):
            if not (out / DETAILS).exists():
                details = run(
                    config,
                    source=source.images if source else None,
                    target=[image.path for image in target],
                    initial=initial,
                    labelled=FilesSource(paths=[image.path for image in pool.images], classes=pool.classes),
                    out=out,
                    cache=self.cache,
                    progress=progress,
                )
                with written_whole(out / DETAILS) as partial:
                    partial.write_text(json.dumps({"name": pretraining.name} | details, indent=1))
        return encoder_named(str(out / "encoder.safetensors"), None)

    def source(self, pretraining: Pretraining) -> Source:
        """Return the source of `pretraining`, read once."""
        location = pretraining.source or ""
        key = location, pretraining.source_part, pretraining.source_classes
        if key not in self.sources:
            self.sources[key] = read_source(
                source_at(self.locate(location), self.cache), *key[1:], self.cache
            )
        return self.sources[key]


def read_source(images: ImageSource, part: float, classes: float, cache: Path) -> Source:
    """Return the source that `part` of `images` are, of which the share `classes` of the classes is kept.

    Its digest is of their names below their folder. Raises UnusableInputError for a part of images that are
    no files, and for some of the classes of images whose classes are not known.
    """
    opened = open_source(images, cache)
    if part < 1 or classes < 1:
        if not isinstance(opened, PathImages):
            raise UnusableInputError("source_part and source_classes need a source of files or a zip")
        names = class_names(images, opened)
        if names is None and classes < 1:
            raise UnusableInputError("source_classes needs a source whose classes are known")
        rows = drawn_rows(len(opened), part, names, classes)
        images = FilesSource(
            paths=[opened.paths[row] for row in rows],
            classes=[names[row] for row in rows] if names else None,
        )
        opened = open_source(images, cache)
    files = [opened.name(row) for row in range(len(opened))]
    below = os.path.commonpath({name.rpartition("/")[0] for name in files}) if files else ""
    digest = hashlib.sha256("\n".join(name.removeprefix(below) for name in files).encode())
    return Source(images, len(opened), digest.hexdigest())


def drawn_rows(count: int, part: float, names: Sequence[str] | None, classes: float) -> NDArray[np.int64]:
    """Return which of `count` images take part, int64[N], rising."""
    drawn = np.random.default_rng(PART_SEED).permutation(count)[: max(1, round(part * count))]
    rows = np.sort(drawn).astype(np.int64)
    if names is None or classes == 1:
        return rows
    known = sorted(set(names))
    order = np.random.default_rng([PART_SEED, 1]).permutation(len(known))
    kept = {known[at] for at in order[: max(2, round(classes * len(known)))]}
    return rows[[names[row] in kept for row in rows]]


def target_images(pretraining: Pretraining, seed: int, pool: Sequence[ImageFile]) -> list[ImageFile]:
    """Return the images of `pool` that take part, in the order of the pool."""
    if pretraining.config.mode == "vup":
        return []
    count = max(1, round(pretraining.target_part * len(pool)))
    drawn = np.random.default_rng([seed, 4]).permutation(len(pool))[:count]
    return [pool[row] for row in np.sort(drawn)]


def config_of(pretraining: Pretraining, seed: int, source: int, target: int) -> PretrainConfig:
    """Return the settings of a run on that many source and target images.

    Raises UnusableInputError where an epoch has fewer of them than a batch.
    """
    config = pretraining.config.model_copy(update={"seed": seed})
    if config.mode == "tup" and not pretraining.rebalanced:
        config = config.model_copy(update={"target_share": target / source})
    if pretraining.steps is None:
        return config
    per_epoch = config.epoch_images(source, target) // config.batch_size
    if not per_epoch:
        raise UnusableInputError(
            f"{pretraining.name}: an epoch has {config.epoch_images(source, target):,} images, "
            f"fewer than a batch of {config.batch_size:,}"
        )
    return config.model_copy(update={"epochs": max(1, round(pretraining.steps / per_epoch))})


def key_of(
    config: PretrainConfig, source: Source | None, target: Sequence[ImageFile], initial: EncoderFile | None
) -> str:
    """Return the name of the encoder that a run makes: the same for the same settings and images."""
    parts = [
        run_name(config),
        source.digest if source else "",
        *sorted(image.sha256 for image in target),
        (initial.sha256 or "") if initial else "",
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]
