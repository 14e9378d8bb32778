"""categories can be merged, and split again"""

import sqlalchemy as sa
from alembic import op

from app.core.database import UtcDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "category_merges",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("project_id", sa.String(length=32), nullable=False),
        sa.Column("source_id", sa.String(length=32), nullable=False),
        sa.Column("target_id", sa.String(length=32), nullable=False),
        sa.Column("shortcut", sa.String(length=1), nullable=True),
        sa.Column("archived_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        _reference("category_merges", "project_id", "projects", "id"),
        _reference("category_merges", "source_id", "categories", "id"),
        _reference("category_merges", "target_id", "categories", "id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_merges")),
        sa.UniqueConstraint("source_id", name=op.f("uq_category_merges_source_id")),
    )
    op.create_index(op.f("ix_category_merges_project_id"), "category_merges", ["project_id"])
    op.create_index(op.f("ix_category_merges_target_id"), "category_merges", ["target_id"])
    for name, key, target in (
        ("merged_labels", "annotation_id", "annotations"),
        ("merged_truths", "image_id", "images"),
    ):
        op.create_table(
            name,
            sa.Column("merge_id", sa.String(length=32), nullable=False),
            sa.Column(key, sa.String(length=32), nullable=False),
            _reference(name, "merge_id", "category_merges", "id"),
            _reference(name, key, target, "id"),
            sa.PrimaryKeyConstraint("merge_id", key, name=op.f(f"pk_{name}")),
        )
        op.create_index(op.f(f"ix_{name}_{key}"), name, [key])


def downgrade() -> None:
    for name in ("merged_truths", "merged_labels", "category_merges"):
        op.drop_table(name)


def _reference(table: str, column: str, target: str, key: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.{key}"], name=name, ondelete="CASCADE")
