"""Categories that were merged into others, and exactly what moved, so that it can go back."""

from datetime import datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.models.base import Base, CreatedAt, Identifier, reference


class CategoryMerge(Base):
    """`source_id` counts as `target_id` until it is split back; it had this key and archive date before."""

    __tablename__ = "category_merges"
    __table_args__ = (UniqueConstraint("source_id"),)

    id: Mapped[Identifier]
    project_id: Mapped[str] = reference("projects.id", index=True)
    source_id: Mapped[str] = reference("categories.id")
    target_id: Mapped[str] = reference("categories.id", index=True)
    shortcut: Mapped[str | None] = mapped_column(String(1))
    archived_at: Mapped[datetime | None]
    created_at: Mapped[CreatedAt]


class MergedLabel(Base):
    """A label, standing or history, that a merge has moved."""

    __tablename__ = "merged_labels"

    merge_id: Mapped[str] = reference("category_merges.id", primary_key=True)
    annotation_id: Mapped[str] = reference("annotations.id", index=True, primary_key=True)


class MergedTruth(Base):
    """The truth of an image that a merge has moved."""

    __tablename__ = "merged_truths"

    merge_id: Mapped[str] = reference("category_merges.id", primary_key=True)
    image_id: Mapped[str] = reference("images.id", index=True, primary_key=True)
