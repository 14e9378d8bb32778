"""The rows of a backup in a temporary database, brought to the newest schema there."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app.backups.errors import UnusableBackupError
from app.backups.folder import Manifest, read_table
from app.backups.rows import insert_rows, kept_tables
from app.core.database import make_engine, write_connection
from migrations.upgrade import known_revisions, upgrade_to, upgrade_to_head


def require_known(folder: Path, manifest: Manifest) -> None:
    """Raise UnusableBackupError where the backup is of a newer schema than this version knows."""
    if manifest.revision not in known_revisions():
        reason = f"has schema revision {manifest.revision}, which this version does not know"
        raise UnusableBackupError(f"{folder} {reason}. Upgrade Eigenlabel first.")


@contextmanager
def loaded_rows(folder: Path, manifest: Manifest) -> Iterator[Engine]:
    """Yield a database that has the backup's rows during the block, in the newest schema.

    UnusableBackupError where they do not go into the tables of their revision.
    """
    with tempfile.TemporaryDirectory(prefix="eigenlabel-") as desk:
        engine = make_engine(f"sqlite:///{desk}/rows.sqlite3")
        try:
            _load(engine, folder, manifest)
            yield engine
        finally:
            engine.dispose()


def _load(engine: Engine, folder: Path, manifest: Manifest) -> None:
    upgrade_to(engine, manifest.revision)
    try:
        with write_connection(engine) as connection:
            tables = kept_tables(connection)
            if {table.name for table in tables} != set(manifest.tables):
                raise UnusableBackupError("The tables are not those of the schema's revision.")
            for table in tables:
                columns, rows = read_table(folder, table.name)
                count = insert_rows(connection, table, columns, rows)
                if count != manifest.tables[table.name].rows:
                    raise UnusableBackupError(f"The table {table.name} has {count:,} rows.")
    except (SQLAlchemyError, ValueError, TypeError, StopIteration) as error:
        reason = str(error.orig if isinstance(error, DBAPIError) else error).splitlines()[0]
        raise UnusableBackupError(f"The rows cannot be loaded: {reason}.") from error
    upgrade_to_head(engine)
