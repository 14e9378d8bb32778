"""a round may average two encoders"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

REFERENCE = "fk_rounds_second_encoder_id_encoders"


def upgrade() -> None:
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.add_column(sa.Column("second_encoder_id", sa.String(length=32), nullable=True))
        batch_op.create_foreign_key(op.f(REFERENCE), "encoders", ["second_encoder_id"], ["id"])


def downgrade() -> None:
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(REFERENCE), type_="foreignkey")
        batch_op.drop_column("second_encoder_id")
