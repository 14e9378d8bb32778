"""users are found by name whatever its case"""

import sqlalchemy as sa
from alembic import op

from app.core.names import name_key

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("name_key", sa.String(length=320), nullable=True))
    connection, users = (
        op.get_bind(),
        sa.table("users", sa.column("id"), sa.column("name"), sa.column("name_key")),
    )
    taken: set[str] = set()
    for row in connection.execute(sa.select(users.c.id, users.c.name).order_by(users.c.id)).all():
        key = name_key(row.name)
        if key in taken:  # two names that differ in case only: the younger is found by its exact name
            continue
        taken.add(key)
        connection.execute(users.update().where(users.c.id == row.id).values(name_key=key))
    op.create_index(op.f("ix_users_name_key"), "users", ["name_key"], unique=True)


def downgrade() -> None:
    op.drop_index(op.f("ix_users_name_key"), table_name="users")
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.drop_column("name_key")
