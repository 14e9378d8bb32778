"""the images of a project counted, indexes of those left out and the newest; when a project was deleted"""

import sqlalchemy as sa
from alembic import op

from app.core.database import UtcDateTime

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

NEWEST, LEFT_OUT = "ix_images_project_id_split_created_at", "ix_images_excluded"
COLUMNS = ("project_id", "split")
COUNTERS = {"pool_images": "pool", "test_images": "test"}


def upgrade() -> None:
    op.create_index(op.f(NEWEST), "images", ["project_id", "split", "created_at"])
    condition = sa.text("excluded IS NOT NULL")
    op.create_index(
        LEFT_OUT, "images", ["project_id", "id"], sqlite_where=condition, postgresql_where=condition
    )
    op.add_column("projects", sa.Column("deleted_at", UtcDateTime(), nullable=True))
    projects, images = (
        sa.table("projects", *map(sa.column, ("id", *COUNTERS))),
        sa.table("images", *map(sa.column, COLUMNS)),
    )
    for name, split in COUNTERS.items():
        op.add_column("projects", sa.Column(name, sa.Integer(), server_default="0", nullable=False))
        counted = sa.select(sa.func.count()).where(
            images.c.project_id == projects.c.id, images.c.split == split
        )
        op.execute(projects.update().values({name: counted.scalar_subquery()}))


def downgrade() -> None:
    with op.batch_alter_table("projects", schema=None) as batch_op:
        for name in (*COUNTERS, "deleted_at"):
            batch_op.drop_column(name)
    op.drop_index(LEFT_OUT, table_name="images")
    op.drop_index(op.f(NEWEST), table_name="images")
