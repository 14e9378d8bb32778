"""Alembic environment. Foreign keys are off while SQLite tables are rebuilt, and checked afterwards."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection, text

from app.core.database import get_engine
from app.core.models import Base

MIGRATIONS_LOCK = 2026_00


@contextmanager
def without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild tables without deleting the rows of their children, and look at these afterwards.

    The pragma does nothing inside a transaction, and SQLAlchemy begins one with whatever it executes.
    """
    raw = connection.connection.cursor()
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            raise RuntimeError(f"migration left {len(broken)} rows without their parent: {broken[:5]}")
    finally:
        connection.rollback()
        raw.execute("PRAGMA foreign_keys=ON")
        raw.close()


@contextmanager
def alone(connection: Connection) -> Iterator[None]:
    """Have one of several processes that start at once migrate; the others find it done."""
    connection.execute(text("SELECT pg_advisory_lock(:number)"), {"number": MIGRATIONS_LOCK})
    connection.commit()
    try:
        yield
    finally:  # the connection goes back to its pool, and would keep the lock there
        connection.rollback()
        connection.execute(text("SELECT pg_advisory_unlock(:number)"), {"number": MIGRATIONS_LOCK})
        connection.commit()


def run(connection: Connection) -> None:
    """Run the requested migrations on `connection`."""
    sqlite = connection.dialect.name == "sqlite"
    with without_foreign_keys(connection) if sqlite else alone(connection):
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=sqlite,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()


engine = context.config.attributes.get("engine") or get_engine()
with engine.connect() as connection:
    run(connection)
