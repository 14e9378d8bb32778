"""Putting a backup in the place of what an installation has."""

from itertools import islice
from pathlib import Path
from time import time

from sqlalchemy import Connection, Engine, and_, case, delete, text, update

from app.backups.checking import Findings, check_backup
from app.backups.copying import Report
from app.backups.errors import UnusableBackupError
from app.backups.folder import blob_file, content_of, read_index, read_manifest
from app.backups.named import Content
from app.backups.rows import all_tables, count_rows, insert_rows, kept_tables, read_rows
from app.backups.staging import loaded_rows
from app.core.database import get_engine, read_connection, write_connection
from app.core.models import Job
from app.core.states import JOB_LIVE
from app.core.storage import get_storage
from migrations.upgrade import current_revision, known_revisions, upgrade_to_head

AT_ONCE = 200
EPOCHS_BEGIN = 1_577_836_800.0
"""2020, in seconds since 1970: counted from here, seconds fit into the column for some decades more."""


def restore_backup(source: Path, report: Report, *, overwrite: bool = False) -> Findings:
    """Make the installation of this process' settings what it was when the backup was taken.

    The backup is checked before anything is changed. Blobs come first, then all rows in one transaction: an
    interrupted restore leaves the rows as they were. `overwrite` replaces the rows that there are.
    UnusableBackupError where the backup is not whole, or the installation is not empty.
    """
    _require_room(overwrite)
    findings = check_backup(source, report)
    if findings.faults:
        first, more = findings.faults[0], len(findings.faults) - 1
        rest = f" And {more:,} more faults." if more else ""
        raise UnusableBackupError(f"{source} is not whole: {first.name} {first.reason}.{rest}")
    upgrade_to_head(get_engine())
    _put_blobs(source, report)
    report("Rows", 0, 1)
    with loaded_rows(source, read_manifest(source)) as rows:
        _replace_rows(rows, get_engine())
    return findings


def _require_room(overwrite: bool) -> None:
    with read_connection() as connection:
        revision = current_revision(connection)
        counts = count_rows(connection, all_tables(connection))
    if revision is not None and revision not in known_revisions():
        raise UnusableBackupError(f"The database has schema revision {revision}, of a newer Eigenlabel.")
    there = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    if there and not overwrite:
        raise UnusableBackupError(f"The installation is not empty ({there}). --overwrite replaces its rows.")


def _put_blobs(source: Path, report: Report) -> None:
    """Put every blob of the backup that is not there yet."""
    index = read_index(source)
    waiting, done = iter(index.items()), 0
    while some := dict(islice(waiting, AT_ONCE)):
        report("Blobs", done, len(index))
        storage = get_storage()
        sizes = storage.sizes(some)
        with storage.together() as batch:
            for key, content in some.items():
                if sizes.get(key) != content.bytes or _stored(key) != content:
                    batch.put(key, blob_file(source, key))
        done += len(some)


def _stored(key: str) -> Content:
    return content_of(get_storage().open(key).pieces)


def _replace_rows(rows: Engine, target: Engine) -> None:
    """Have `target` hold the rows of `rows` and no others, at once."""
    with rows.connect() as source, write_connection(target) as connection:
        tables = all_tables(connection)
        if connection.dialect.name == "postgresql":  # nobody writes between these rows
            names = ", ".join(f'"{table.name}"' for table in tables)
            connection.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))
        for table in reversed(tables):
            connection.execute(delete(table))
        kept = {table.name: table for table in kept_tables(source)}
        for table in tables:
            if table.name in kept:
                found = kept[table.name]
                insert_rows(connection, table, found.columns.keys(), read_rows(source, found))
        _hand_back(connection)


def _hand_back(connection: Connection) -> None:
    """Queue the jobs that were running, and have every claim from before the restore refused.

    A job's epochs go on from the seconds since 2020: no worker that still runs holds one as high.
    """
    moment = int(time() - EPOCHS_BEGIN)
    counted = and_(Job.state == "running", Job.attempts > 0)
    connection.execute(
        update(Job)
        .where(Job.state.in_(JOB_LIVE))
        .values(
            state="queued",
            epoch=case((Job.epoch < moment, moment), else_=Job.epoch + 1),
            attempts=case((counted, Job.attempts - 1), else_=Job.attempts),
            lease_until=None,
            phase=None,
        )
    )
