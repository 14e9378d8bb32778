"""labels know the import that brought them, and where an import contradicts itself is kept"""

import sqlalchemy as sa
from alembic import op

from app.core.database import UtcDateTime

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("truths", sa.Column("import_id", sa.String(length=32), nullable=True))
    op.add_column("annotations", sa.Column("import_id", sa.String(length=32), nullable=True))
    op.create_table(
        "label_conflicts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("image_id", sa.String(length=32), nullable=False),
        sa.Column("import_id", sa.String(length=32), nullable=False),
        sa.Column("path", sa.String(length=1000), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["image_id"], ["images.id"], name=op.f("fk_label_conflicts_image_id_images"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_conflicts")),
        sa.UniqueConstraint(
            "import_id", "image_id", "path", name=op.f("uq_label_conflicts_import_id_image_id_path")
        ),
    )
    op.create_index(op.f("ix_label_conflicts_image_id"), "label_conflicts", ["image_id"], unique=False)


def downgrade() -> None:
    op.drop_table("label_conflicts")
    op.drop_column("annotations", "import_id")
    op.drop_column("truths", "import_id")
