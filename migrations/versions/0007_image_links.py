"""keys that sign links to images"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("projects", sa.Column("link_key", sa.String(length=64), nullable=True))


def downgrade() -> None:
    op.drop_column("projects", "link_key")
