"""rounds are numbered, and a person's answers are found by their time"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# One round at a time is active in a project, so that the times they were made at are those of one clock after
# the other; the id only decides between equal ones.
EARLIER = """
    SELECT count(*) FROM rounds AS earlier
    WHERE earlier.project_id = rounds.project_id AND (
        earlier.created_at < rounds.created_at
        OR (earlier.created_at = rounds.created_at AND earlier.id <= rounds.id)
    )
"""


def upgrade() -> None:
    op.add_column("rounds", sa.Column("number", sa.Integer(), nullable=True))
    op.execute(f"UPDATE rounds SET number = ({EARLIER})")  # noqa: S608  (a constant)
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.alter_column("number", existing_type=sa.Integer(), nullable=False)
        batch_op.create_unique_constraint(op.f("uq_rounds_project_id_number"), ["project_id", "number"])
    op.drop_index(op.f("ix_annotations_annotator_id_id"), table_name="annotations")
    op.create_index(
        op.f("ix_annotations_annotator_id_created_at_id"), "annotations", ["annotator_id", "created_at", "id"]
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_annotations_annotator_id_created_at_id"), table_name="annotations")
    op.create_index(op.f("ix_annotations_annotator_id_id"), "annotations", ["annotator_id", "id"])
    with op.batch_alter_table("rounds", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("uq_rounds_project_id_number"), type_="unique")
        batch_op.drop_column("number")
