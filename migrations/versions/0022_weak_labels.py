"""weak labels of clusters, and what was dropped from one"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

REFERENCE = "fk_annotations_cluster_query_id_queries"
DIRECT, WEAK = "uq_annotations_live_direct", "uq_annotations_live_weak"
LIVE = "superseded_at IS NULL"


def upgrade() -> None:
    dropped = sa.Column("dropped_image_ids", sa.JSON(), server_default="[]", nullable=False)
    op.add_column("queries", dropped)
    op.drop_index(DIRECT, table_name="annotations")
    with op.batch_alter_table("annotations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cluster_query_id", sa.String(length=32), nullable=True))
        batch_op.create_foreign_key(
            op.f(REFERENCE), "queries", ["cluster_query_id"], ["id"], ondelete="CASCADE"
        )
        batch_op.create_index(op.f("ix_annotations_cluster_query_id"), ["cluster_query_id"])
    _unique(DIRECT, f"{LIVE} AND query_id IS NULL AND kind <> 'weak'")
    _unique(WEAK, f"{LIVE} AND kind = 'weak'")


def downgrade() -> None:
    annotations = sa.table("annotations", *map(sa.column, ("kind", "created_at", "superseded_at")))
    weak = annotations.update().where(annotations.c.kind == "weak", annotations.c.superseded_at.is_(None))
    op.execute(weak.values(superseded_at=annotations.c.created_at))
    op.drop_index(WEAK, table_name="annotations")
    op.drop_index(DIRECT, table_name="annotations")
    with op.batch_alter_table("annotations", schema=None) as batch_op:
        batch_op.drop_index(op.f("ix_annotations_cluster_query_id"))
        batch_op.drop_constraint(op.f(REFERENCE), type_="foreignkey")
        batch_op.drop_column("cluster_query_id")
    _unique(DIRECT, f"{LIVE} AND query_id IS NULL")
    with op.batch_alter_table("queries", schema=None) as batch_op:
        batch_op.drop_column("dropped_image_ids")


def _unique(name: str, where: str) -> None:
    """Add a unique index on the images of annotations that `where` says."""
    condition = sa.text(where)
    op.create_index(
        name, "annotations", ["image_id"], unique=True, sqlite_where=condition, postgresql_where=condition
    )
