"""how well known classes separate while an encoder is pretrained"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

FIGURES = ("knn_accuracy", "bcubed")


def upgrade() -> None:
    for name in FIGURES:
        op.add_column("pretraining_points", sa.Column(name, sa.Double(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("pretraining_points") as batch_op:
        for name in FIGURES:
            batch_op.drop_column(name)
