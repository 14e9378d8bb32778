"""Whether an installation, or a backup of one, is whole: its rows, and every blob that they name."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, exists, func, select, text

from app.backups.copying import Report
from app.backups.errors import UnusableBackupError
from app.backups.folder import (
    INDEX,
    FileRecord,
    Manifest,
    blob_file,
    content_of,
    pieces_of,
    read_index,
    read_manifest,
    table_file,
)
from app.backups.named import Content, Fault, NamedBlob, fault, named_blobs, named_folders, still_named
from app.backups.rows import all_tables, count_rows, kept_tables
from app.backups.staging import loaded_rows, require_known
from app.core.database import read_connection
from app.core.storage import get_storage
from migrations.upgrade import current_revision, head_revision

THREADS, AT_ONCE = 8, 128


@dataclass
class Findings:
    """What was looked at, and what is wrong: rows by table, blobs and their bytes, faults.

    `known` are blobs that were missing or damaged already when a backup was taken.
    """

    rows: dict[str, int] = field(default_factory=dict)
    blobs: int = 0
    blob_bytes: int = 0
    faults: list[Fault] = field(default_factory=list)
    known: list[Fault] = field(default_factory=list)


def check_installation(report: Report, *, quick: bool = False) -> Findings:
    """Return what is found in the database and the storage of this process' settings.

    `quick` looks whether each blob is there and has its size; otherwise each is read to its end.
    """
    findings = Findings()
    with read_connection() as connection:
        revision = current_revision(connection)
        if revision is None:
            raise UnusableBackupError("The database has no tables yet. Has `eigenlabel migrate` been run?")
        if revision != head_revision():
            reason = f"has schema revision {revision} instead of {head_revision()}"
            findings.faults.append(Fault("database", f"{reason}: run `eigenlabel migrate`"))
        findings.rows = count_rows(connection, kept_tables(connection))
        findings.faults += faults_of_rows(connection)
        blobs = list(named_blobs(connection))
        folders = set(named_folders(connection))
    keys = {blob.key for blob in blobs}  # a backup has all that lies in the rows' folders, and counts it
    blobs += [NamedBlob(key) for folder in folders for key in get_storage().below(folder) if key not in keys]
    find = _size_in_storage if quick else _content_in_storage
    wrong = _check_blobs(blobs, find, findings, report)
    named = still_named({each.name for each in wrong})  # what was deleted meanwhile is nobody's fault
    findings.faults += [each for each in wrong if each.name in named]
    abandoned = "was left half-written by a process that was killed more than an hour ago"
    findings.faults += [Fault(str(path), abandoned) for path in get_storage().abandoned()]
    return findings


def _size_in_storage(key: str) -> Content | None:
    size = get_storage().sizes([key]).get(key)
    return None if size is None else Content(size, "")


def _content_in_storage(key: str) -> Content | None:
    with suppress(FileNotFoundError):
        return content_of(get_storage().open(key).pieces)
    return None


def _check_blobs(
    blobs: Sequence[NamedBlob], find: Callable[[str], Content | None], findings: Findings, report: Report
) -> list[Fault]:
    """Count the blobs and return what is wrong with some of them."""
    wrong = []
    with ThreadPoolExecutor(THREADS, thread_name_prefix="check") as pool:
        for start in range(0, len(blobs), AT_ONCE):
            report("Blobs", start, len(blobs))
            some = blobs[start : start + AT_ONCE]
            for blob, content in zip(some, pool.map(find, [blob.key for blob in some]), strict=True):
                if content is not None:
                    findings.blobs += 1
                    findings.blob_bytes += content.bytes
                wrong += [each for each in [fault(blob, content)] if each]
    return wrong


def faults_of_rows(connection: Connection) -> list[Fault]:
    """Return the tables with rows whose parents are not there, and what SQLite finds in its file."""
    found = []
    for table in all_tables(connection):
        for key in table.foreign_key_constraints:
            parent = key.referred_table.alias()
            pairs = [(element.parent, parent.columns[element.column.name]) for element in key.elements]
            has = exists().where(*(child == column for child, column in pairs))
            orphans = select(func.count()).where(*(child.is_not(None) for child, _ in pairs), ~has)
            count = connection.execute(orphans.select_from(table)).scalar_one()
            if count:
                found.append(Fault(table.name, f"has {count:,} rows without their {key.referred_table.name}"))
    if connection.dialect.name == "sqlite":
        said = connection.execute(text("PRAGMA quick_check(10)")).scalars().all()
        found += [Fault("database", line) for line in said if line != "ok"]
    return found


def check_backup(folder: Path, report: Report) -> Findings:
    """Return what is found in the backup in `folder`: each file is read, and the rows are loaded once.

    UnusableBackupError where there is no backup that this version can read.
    """
    manifest = read_manifest(folder)
    require_known(folder, manifest)
    rows = {name: table.rows for name, table in manifest.tables.items()}
    findings = Findings(rows, faults=_faults_of_files(folder, manifest))
    if findings.faults:
        return findings
    index = read_index(folder)
    listed = [NamedBlob(key, content.bytes, content.sha256) for key, content in index.items()]

    def find(key: str) -> Content | None:
        with suppress(FileNotFoundError):
            return content_of(pieces_of(blob_file(folder, key)))
        return None

    findings.faults += _check_blobs(listed, find, findings, report)
    report("Rows", 0, 1)
    try:
        with loaded_rows(folder, manifest) as engine, read_connection(engine) as connection:
            for blob in named_blobs(connection):
                if found := fault(blob, index.get(blob.key)):
                    (findings.known if blob.key in manifest.faults else findings.faults).append(found)
    except UnusableBackupError as error:
        findings.faults.append(Fault("tables", str(error)))
    return findings


def _faults_of_files(folder: Path, manifest: Manifest) -> list[Fault]:
    files: dict[Path, FileRecord] = {table_file(folder, name): each for name, each in manifest.tables.items()}
    files[folder / INDEX] = manifest.index
    found = []
    for path, record in files.items():
        name = path.relative_to(folder).as_posix()
        try:
            content = content_of(pieces_of(path))
        except FileNotFoundError:
            found.append(Fault(name, "is missing"))
            continue
        if content != Content(record.bytes, record.sha256):
            found.append(Fault(name, "is not what was written: its sha256 is not the manifest's"))
    return found
