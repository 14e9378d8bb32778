"""What is labelled: projects, categories, images, known truths, auxiliary sources, encoders."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models.base import Base, CreatedAt, Identifier, reference
from app.core.states import ENCODER_STATES, SOURCE_STATES

LEFT_OUT = text("excluded IS NOT NULL")


class Project(Base):
    """A collection; `link_key` signs the links to its images (`app/images/links.py`) and never goes out.

    Where `open_categories` is set, whoever labels makes categories by typing their names. `pool_images` and
    `test_images` count its images of each split (`app/projects/image_counters.py`). From
    `deleted_at` on it has no members, and a job deletes it (`app/projects/deleting.py`).
    """

    __tablename__ = "projects"

    id: Mapped[Identifier]
    name: Mapped[str] = mapped_column(String(120))
    link_key: Mapped[str | None] = mapped_column(String(64))
    open_categories: Mapped[bool] = mapped_column(default=False, server_default=false())
    pool_images: Mapped[int] = mapped_column(default=0, server_default="0")
    test_images: Mapped[int] = mapped_column(default=0, server_default="0")
    deleted_at: Mapped[datetime | None]
    created_by: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[CreatedAt]


class Category(Base):
    """A class. Archived ones keep their annotations but are no longer asked for."""

    __tablename__ = "categories"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[Identifier]
    project_id: Mapped[str] = reference("projects.id")
    name: Mapped[str] = mapped_column(String(120))
    position: Mapped[int]
    shortcut: Mapped[str | None] = mapped_column(String(1))
    archived_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


def _filename(context: Any) -> str:
    """Return the path of an image without folders."""
    return str(context.get_current_parameters()["filename"])


class Image(Base):
    """A stored image, content-addressed by its sha256.

    `path` is where the file lay in what was uploaded or imported; `filename` is its last part, all that
    annotators may see: folders name classes.
    """

    __tablename__ = "images"
    __table_args__ = (
        UniqueConstraint("project_id", "sha256"),
        Index(None, "project_id", "split", "id"),
        Index(None, "project_id", "id"),
        Index(None, "project_id", "split", "created_at"),
        Index("ix_images_excluded", "project_id", "id", sqlite_where=LEFT_OUT, postgresql_where=LEFT_OUT),
        CheckConstraint("split IN ('pool', 'test')", name="split"),
        CheckConstraint("excluded IN ('broken', 'not_in_list')", name="excluded"),
    )

    id: Mapped[Identifier]
    project_id: Mapped[str] = reference("projects.id")
    sha256: Mapped[str] = mapped_column(String(64))
    filename: Mapped[str] = mapped_column(String(255))
    path: Mapped[str] = mapped_column(String(1000), default=_filename, server_default="")
    split: Mapped[str] = mapped_column(String(4))
    format: Mapped[str] = mapped_column(String(8))
    width: Mapped[int]
    height: Mapped[int]
    bytes: Mapped[int]
    excluded: Mapped[str | None] = mapped_column(String(12))
    created_at: Mapped[CreatedAt]


class Truth(Base):
    """Known category of an image, for measuring accuracy only; never shown to annotators."""

    __tablename__ = "truths"

    image_id: Mapped[str] = reference("images.id", primary_key=True)
    category_id: Mapped[str] = reference("categories.id", index=True)
    import_id: Mapped[str | None] = mapped_column(String(32))


class LabelConflict(Base):
    """A file of an import that gives its image one category while another file gives it another."""

    __tablename__ = "label_conflicts"
    __table_args__ = (UniqueConstraint("import_id", "image_id", "path"),)

    id: Mapped[Identifier]
    image_id: Mapped[str] = reference("images.id", index=True)
    import_id: Mapped[str] = mapped_column(String(32))
    path: Mapped[str] = mapped_column(String(1000))
    created_at: Mapped[CreatedAt]


class Source(Base):
    """An auxiliary, unlabelled image set for pretraining, ready once its images have been counted.

    `params` is an `ml.config.SourceSpec` without its kind. Only where they name the pool of a project is the
    column `project_id` set too, and then only that project's members see the source.
    """

    __tablename__ = "sources"
    __table_args__ = (CheckConstraint(f"state IN {SOURCE_STATES}", name="state"),)

    id: Mapped[Identifier]
    project_id: Mapped[str | None] = reference("projects.id", index=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    params: Mapped[dict[str, Any]]
    images: Mapped[int | None]
    state: Mapped[str] = mapped_column(String(8), default="pending")
    error: Mapped[str | None]
    created_by: Mapped[str | None] = mapped_column(String(32))
    created_at: Mapped[CreatedAt]


class Encoder(Base):
    """Weights that turn images into features; ready once its job has published them, or ended as the job."""

    __tablename__ = "encoders"
    __table_args__ = (CheckConstraint(f"state IN {ENCODER_STATES}", name="state"),)

    id: Mapped[Identifier]
    project_id: Mapped[str] = reference("projects.id", index=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(12))
    config: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(9), default="pending")
    weights_key: Mapped[str | None] = mapped_column(String(255))
    weights_sha256: Mapped[str | None] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(default=dict)
    step_id: Mapped[str | None] = mapped_column(String(32))
    error: Mapped[str | None]
    created_at: Mapped[CreatedAt]


class PretrainingPoint(Base):
    """How a pretraining went at `step`: the fields of `ml.messages.PretrainPoint`."""

    __tablename__ = "pretraining_points"

    encoder_id: Mapped[str] = reference("encoders.id", primary_key=True)
    step: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    steps: Mapped[int]
    epoch: Mapped[float]
    loss: Mapped[float]
    alignment: Mapped[float]
    uniformity: Mapped[float]
    learning_rate: Mapped[float]
    images_per_second: Mapped[float]
    seconds_left: Mapped[float]
    knn_accuracy: Mapped[float | None]
    bcubed: Mapped[float | None]
