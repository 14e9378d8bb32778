"""Alembic environment. Foreign keys are off while SQLite tables are rebuilt, and checked afterwards."""

from alembic import context
from sqlalchemy import Connection, text

from app.core.database import get_engine
from app.core.models import Base

MIGRATIONS_LOCK = 2026_00


def run(connection: Connection) -> None:
    """Run the requested migrations on `connection`."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.rollback()
    else:  # of several processes that start at once one migrates, the others find it done
        connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": MIGRATIONS_LOCK})
        connection.commit()
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=sqlite,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()
    if sqlite:
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        connection.rollback()
        if broken:
            raise RuntimeError(f"migration left {len(broken)} rows without their parent: {broken[:5]}")
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        connection.rollback()
    else:
        connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": MIGRATIONS_LOCK})
        connection.commit()


engine = context.config.attributes.get("engine") or get_engine()
with engine.connect() as connection:
    run(connection)
