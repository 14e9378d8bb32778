"""projects whose categories are made by typing their names"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    closed = sa.Column("open_categories", sa.Boolean(), server_default=sa.false(), nullable=False)
    op.add_column("projects", closed)


def downgrade() -> None:
    op.drop_column("projects", "open_categories")
