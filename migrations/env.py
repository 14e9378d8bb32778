"""Alembic environment. Foreign keys are off while SQLite tables are rebuilt, and checked afterwards."""

from alembic import context
from sqlalchemy import Connection, text

from app.core.database import get_engine
from app.core.models import Base


def run(connection: Connection) -> None:
    """Run the requested migrations on `connection`."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        connection.exec_driver_sql("PRAGMA foreign_keys=OFF")
        connection.rollback()
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


engine = context.config.attributes.get("engine") or get_engine()
with engine.connect() as connection:
    run(connection)
