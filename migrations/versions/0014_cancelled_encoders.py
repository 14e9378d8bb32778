"""encoders whose job was cancelled are cancelled, not failed"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

CONSTRAINT = "ck_encoders_state"
ENCODERS = sa.table("encoders", sa.column("state", sa.String), sa.column("error", sa.String))
SAID = "Cancelled."  # the only sign of it there was


def upgrade() -> None:
    with op.batch_alter_table("encoders", schema=None) as batch_op:
        batch_op.alter_column("state", existing_type=sa.String(length=8), type_=sa.String(length=9))
        batch_op.drop_constraint(op.f(CONSTRAINT), type_="check")
        batch_op.create_check_constraint(
            op.f(CONSTRAINT), "state IN ('pending', 'ready', 'failed', 'cancelled')"
        )
    cancelled = (ENCODERS.c.state == "failed") & (ENCODERS.c.error == SAID)
    op.execute(sa.update(ENCODERS).where(cancelled).values(state="cancelled"))


def downgrade() -> None:
    cancelled = ENCODERS.c.state == "cancelled"
    op.execute(sa.update(ENCODERS).where(cancelled).values(state="failed", error=SAID))
    with op.batch_alter_table("encoders", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(CONSTRAINT), type_="check")
        batch_op.create_check_constraint(op.f(CONSTRAINT), "state IN ('pending', 'ready', 'failed')")
        batch_op.alter_column("state", existing_type=sa.String(length=9), type_=sa.String(length=8))
