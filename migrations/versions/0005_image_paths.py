"""images keep the path of their file"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # With a default, so that SQLite need not rebuild the table that most others point to.
    op.add_column("images", sa.Column("path", sa.String(length=1000), server_default="", nullable=False))
    op.execute("UPDATE images SET path = filename")


def downgrade() -> None:
    op.drop_column("images", "path")
