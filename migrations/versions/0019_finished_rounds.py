"""rounds that somebody finishes before their end"""

import sqlalchemy as sa
from alembic import op

from app.core.database import UtcDateTime

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

CONSTRAINT = "ck_queries_state"
QUERIES = sa.table("queries", sa.column("state", sa.String))


def upgrade() -> None:
    op.add_column("rounds", sa.Column("finish_requested_at", UtcDateTime(), nullable=True))
    with op.batch_alter_table("queries", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(CONSTRAINT), type_="check")
        batch_op.create_check_constraint(
            op.f(CONSTRAINT), "state IN ('open', 'labelled', 'skipped', 'withdrawn')"
        )


def downgrade() -> None:
    op.execute(sa.update(QUERIES).where(QUERIES.c.state == "withdrawn").values(state="open"))
    with op.batch_alter_table("queries", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(CONSTRAINT), type_="check")
        batch_op.create_check_constraint(op.f(CONSTRAINT), "state IN ('open', 'labelled', 'skipped')")
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.drop_column("finish_requested_at")
