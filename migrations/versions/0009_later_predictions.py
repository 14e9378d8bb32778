"""predictions of images that came after a model, and why a round asked for fewer labels than planned"""

import sqlalchemy as sa
from alembic import op

from app.core.database import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rounds", sa.Column("message", sa.String(), nullable=True))
    op.create_table(
        "later_predictions",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("step_id", sa.String(length=32), nullable=False),
        sa.Column("artefacts_key", sa.String(length=255), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["step_id"], ["steps.id"], name=op.f("fk_later_predictions_step_id_steps"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_later_predictions")),
    )
    op.create_index(op.f("ix_later_predictions_step_id"), "later_predictions", ["step_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_later_predictions_step_id"), table_name="later_predictions")
    op.drop_table("later_predictions")
    op.drop_column("rounds", "message")
