"""pretraining"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_jobs_queue"), type_="check")
        batch_op.create_check_constraint(op.f("ck_jobs_queue"), "queue IN ('gpu', 'cpu', 'pretrain')")

    op.add_column("sources", sa.Column("state", sa.String(length=8), nullable=True))
    op.execute("UPDATE sources SET state = CASE WHEN images IS NULL THEN 'failed' ELSE 'ready' END")
    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.alter_column("state", existing_type=sa.String(length=8), nullable=False)
        batch_op.add_column(sa.Column("error", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("created_by", sa.String(length=32), nullable=True))
        batch_op.create_check_constraint(op.f("ck_sources_state"), "state IN ('pending', 'ready', 'failed')")

    op.create_table(
        "pretraining_points",
        sa.Column("encoder_id", sa.String(length=32), nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("steps", sa.Integer(), nullable=False),
        sa.Column("epoch", sa.Double(), nullable=False),
        sa.Column("loss", sa.Double(), nullable=False),
        sa.Column("alignment", sa.Double(), nullable=False),
        sa.Column("uniformity", sa.Double(), nullable=False),
        sa.Column("learning_rate", sa.Double(), nullable=False),
        sa.Column("images_per_second", sa.Double(), nullable=False),
        sa.Column("seconds_left", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["encoder_id"],
            ["encoders.id"],
            name=op.f("fk_pretraining_points_encoder_id_encoders"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("encoder_id", "step", name=op.f("pk_pretraining_points")),
    )


def downgrade() -> None:
    op.drop_table("pretraining_points")
    with op.batch_alter_table("sources", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_sources_state"), type_="check")
        batch_op.drop_column("created_by")
        batch_op.drop_column("error")
        batch_op.drop_column("state")

    op.execute("DELETE FROM jobs WHERE queue = 'pretrain'")
    with op.batch_alter_table("jobs", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_jobs_queue"), type_="check")
        batch_op.create_check_constraint(op.f("ck_jobs_queue"), "queue IN ('gpu', 'cpu')")
