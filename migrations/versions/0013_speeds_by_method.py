"""measured speeds of pretraining name the method"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

METHOD = "moco_v2/"  # the only one there was
JOBS = sa.table(
    "jobs", sa.column("id", sa.String), sa.column("kind", sa.String), sa.column("params", sa.JSON)
)


def upgrade() -> None:
    _rename(lambda profile: profile if profile.startswith(METHOD) else METHOD + profile)


def downgrade() -> None:
    _rename(lambda profile: profile.removeprefix(METHOD))


def _rename(named: Callable[[str], str]) -> None:
    connection = op.get_bind()
    wanted = sa.select(JOBS.c.id, JOBS.c.params).where(JOBS.c.kind.in_(("pretrain", "throughput")))
    for identifier, params in connection.execute(wanted).all():
        if params and "profile" in params:
            renamed = params | {"profile": named(params["profile"])}
            connection.execute(sa.update(JOBS).where(JOBS.c.id == identifier).values(params=renamed))
