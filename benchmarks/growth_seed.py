"""A project of any size, made through the models: a round that is labelled, known truths, candidates.

Images are rows without files. Of a twentieth of them, the test images, the category is known.
"""

from dataclasses import dataclass
from itertools import cycle

from sqlalchemy import Engine, func, select, update

from app.core.database import now, read_connection, write_connection
from app.core.identifiers import new_id
from app.core.models import Annotation, Encoder, Image, Job, Project, Truth
from app.indicators.candidates import CLUSTERS_PER_CATEGORY
from benchmarks.label_seed import CATEGORIES, Rows, Seeded, add, image_rows, seed

QUERIES, ANNOTATORS = 400, 2
LABELS, LEFT_OUT = 100, 3
# So many rows of images are held in memory at once.
BLOCK = 50_000


@dataclass(frozen=True)
class Grown:
    """A project of `images` images, and who may ask about it."""

    images: int
    seeded: Seeded


def grow(engine: Engine, images: int) -> Grown:
    """Add a project of `images` images to the database; at least a thousand."""
    seeded = seed(engine, QUERIES, ANNOTATORS)
    project_id, test = seeded.project_id, images // 20
    with read_connection(engine) as connection:
        there = connection.scalar(select(func.count()).where(Image.project_id == project_id)) or 0
    left = {"pool": images - test - there, "test": test}
    ids = {split: _add_images(engine, project_id, split, number) for split, number in left.items()}
    categories = cycle(seeded.category_ids)
    known = [{"image_id": each, "category_id": next(categories)} for each in ids["test"]]
    add(engine, Truth, known)
    add(engine, Annotation, _labels(seeded, ids["pool"][:LABELS]))
    with write_connection(engine) as connection:
        broken = update(Image).where(Image.id.in_(ids["pool"][-LEFT_OUT:])).values(excluded="broken")
        connection.execute(broken)
        counted = {"pool_images": images - test, "test_images": test}
        connection.execute(update(Project).where(Project.id == project_id).values(counted))
        encoder_id = connection.scalar(select(Encoder.id).where(Encoder.project_id == project_id))
    add(engine, Job, [_candidates(project_id, str(encoder_id), ids["pool"][:CATEGORIES])])
    return Grown(images, seeded)


def _add_images(engine: Engine, project_id: str, split: str, number: int) -> list[str]:
    ids = [new_id() for _ in range(number)]
    for start in range(0, number, BLOCK):
        add(engine, Image, image_rows(project_id, ids[start : start + BLOCK], split))
    return ids


def _labels(seeded: Seeded, ids: list[str]) -> Rows:
    same = {"project_id": seeded.project_id, "kind": "indicator"}
    pairs = zip(ids, cycle(seeded.category_ids), strict=False)
    return [same | {"image_id": image_id, "category_id": category_id} for image_id, category_id in pairs]


def _candidates(project_id: str, encoder_id: str, ids: list[str]) -> dict[str, object]:
    items = [{"image_id": image_id, "cluster_size": 5} for image_id in ids]
    params = {"encoder_id": encoder_id, "clusters": CATEGORIES * CLUSTERS_PER_CATEGORY}
    done = {"kind": "candidates", "queue": "gpu", "state": "done", "started_at": now()}
    return {"project_id": project_id, "params": params, "result": {"items": items}, **done}
