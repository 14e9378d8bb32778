"""labels that a review or an audit gave"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

CONSTRAINT = "ck_annotations_kind"
ANNOTATIONS = sa.table("annotations", sa.column("kind", sa.String))


def upgrade() -> None:
    with op.batch_alter_table("annotations", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(CONSTRAINT), type_="check")
        batch_op.create_check_constraint(
            op.f(CONSTRAINT), "kind IN ('indicator', 'query', 'weak', 'imported', 'review', 'audit')"
        )


def downgrade() -> None:
    given = ANNOTATIONS.c.kind.in_(("review", "audit"))
    op.execute(sa.update(ANNOTATIONS).where(given).values(kind="imported"))
    with op.batch_alter_table("annotations", schema=None) as batch_op:
        batch_op.drop_constraint(op.f(CONSTRAINT), type_="check")
        batch_op.create_check_constraint(
            op.f(CONSTRAINT), "kind IN ('indicator', 'query', 'weak', 'imported')"
        )
