"""Taking a backup while everything runs (ADR 14).

First the rows, as of one moment; then the blobs that they name. Blobs are never changed, and their rows go
before them: a blob that is gone meanwhile is named no more. Then the rows are read again, and only blobs that
are not here yet are copied.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from sqlalchemy import Connection

from app.backups.copying import BlobCopier, Report
from app.backups.errors import UnusableBackupError
from app.backups.folder import (
    FORMAT,
    MANIFEST,
    TABLES,
    Manifest,
    TableRecord,
    read_manifest,
    table_file,
    write_lines,
)
from app.backups.named import named_blobs, named_folders, still_named
from app.backups.rows import kept_tables, read_rows
from app.core.database import now, read_connection
from app.core.durable import make_durable
from app.core.storage import get_storage
from migrations.upgrade import current_revision
from ml.version import VERSION

TRIES = 10


def take_backup(destination: Path, report: Report, reuse: Path | None = None) -> Manifest:
    """Write a backup to the new folder `destination`; returns its manifest.

    Until it is complete it is called `destination`.partial; what an interrupted one has copied is used by
    the next. Blobs that the backup `reuse` has are linked from there. UnusableBackupError where it cannot be
    made.
    """
    if destination.exists():
        raise UnusableBackupError(f"{destination} is there already.")
    if reuse is not None:
        read_manifest(reuse)
    partial = destination.with_name(f"{destination.name}.partial")
    partial.mkdir(parents=True, exist_ok=True)
    with _held(partial):
        manifest = _fill(partial, report, reuse)
        report("Making it durable", 0, 1)
        make_durable([*partial.rglob("*"), partial])
        partial.rename(destination)
        make_durable([destination.parent])
    return manifest


@contextmanager
def _held(partial: Path) -> Iterator[None]:
    """Hold the folder alone; UnusableBackupError where another backup is being written to it."""
    descriptor = os.open(partial, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise UnusableBackupError(f"Another backup is being written to {partial}.") from None
    finally:
        os.close(descriptor)


def _fill(partial: Path, report: Report, reuse: Path | None) -> Manifest:
    """Write everything that belongs to the backup, the manifest last, and return that."""
    with BlobCopier(get_storage(), partial, reuse) as copier:
        for _ in range(TRIES):
            copier.forget_named()
            with read_connection() as connection:
                revision, tables = _write_rows(connection, partial, report)
                blobs, folders = list(named_blobs(connection)), set(named_folders(connection))
                database = connection.dialect.name
            faults = copier.copy_blobs(blobs, report)
            copier.copy_folders(folders, report)
            doubtful = {each.name for each in faults} | folders
            if doubtful <= still_named(doubtful):
                break
        else:
            raise UnusableBackupError("Too much was deleted while the backup was taken. Try again.")
        index = copier.write_index()
    manifest = Manifest(
        format=FORMAT,
        created_at=now(),
        version=VERSION,
        revision=revision,
        database=database,
        tables=tables,
        index=index,
        blobs=len(copier.contents),
        blob_bytes=sum(content.bytes for content in copier.contents.values()),
        faults={each.name: each.reason for each in faults},
    )
    (partial / MANIFEST).write_text(manifest.model_dump_json(indent=2))
    return manifest


def _write_rows(connection: Connection, partial: Path, report: Report) -> tuple[str, dict[str, TableRecord]]:
    """Write the rows of every table; returns (the schema's revision, a record for each table)."""
    revision = current_revision(connection)
    if revision is None:
        raise UnusableBackupError("The database has no tables yet. There is nothing to back up.")
    shutil.rmtree(partial / TABLES, ignore_errors=True)
    (partial / TABLES).mkdir()
    tables, records = kept_tables(connection), {}
    for done, table in enumerate(tables):
        report(f"Rows of {table.name}", done, len(tables))
        lines = chain([table.columns.keys()], read_rows(connection, table))
        count, record = write_lines(table_file(partial, table.name), lines)
        records[table.name] = TableRecord(rows=count - 1, **record.model_dump())
    return revision, records
