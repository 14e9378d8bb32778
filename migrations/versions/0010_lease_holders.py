"""which tab holds a lease, and who changed a round last"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("leases", sa.Column("holder", sa.String(length=64), server_default="", nullable=False))
    op.add_column("rounds", sa.Column("changed_by", sa.String(length=32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.drop_column("changed_by")
    with op.batch_alter_table("leases", schema=None) as batch_op:
        batch_op.drop_column("holder")
