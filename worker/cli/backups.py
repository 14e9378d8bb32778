"""`eigenlabel backup`, `restore` and `verify`: progress on standard error, findings on standard output."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress
from rich.table import Table

from app.backups.checking import Findings, check_backup, check_installation
from app.backups.copying import Report
from app.backups.errors import UnusableBackupError
from app.backups.named import Fault
from app.backups.restoring import restore_backup
from app.backups.taking import take_backup
from worker.command_errors import InputError
from worker.service.data_directory import make_data_directory

FAULTY = 1
SHOWN_FAULTS = 20


def backup(destination: Path, reuse: Path | None, console: Console) -> int:
    """Take a backup; returns the status. What it writes only its owner can read."""
    with _private_files(), _progress() as report:
        manifest = take_backup(destination.absolute(), report, reuse and reuse.absolute())
    rows = sum(table.rows for table in manifest.tables.values())
    told = f"{destination}: {rows:,} rows, {manifest.blobs:,} blobs, {_size(manifest.blob_bytes)}"
    console.print(told, markup=False, soft_wrap=True)
    return _tell([Fault(name, reason) for name, reason in manifest.faults.items()], console)


def restore(source: Path, console: Console, *, overwrite: bool) -> int:
    """Restore a backup; returns the status."""
    make_data_directory()
    with _progress() as report:
        findings = restore_backup(source.absolute(), report, overwrite=overwrite)
    console.print(_summary(findings.rows, findings))
    return _tell(findings.known, console)


def verify(source: Path | None, console: Console, *, quick: bool) -> int:
    """Check this installation, or the backup `source`; returns the status."""
    with _progress() as report:
        if source is None:
            findings = check_installation(report, quick=quick)
        else:
            findings = check_backup(source.absolute(), report)
    console.print(_summary(findings.rows, findings))
    return _tell([*findings.faults, *findings.known], console)


def _summary(rows: Mapping[str, int], findings: Findings) -> Table:
    table = Table("what", "count", box=None, pad_edge=False, show_header=False)
    table.columns[1].justify = "right"
    for name, count in sorted(rows.items()):
        table.add_row(name, f"{count:,}")
    table.add_row("blobs", f"{findings.blobs:,}")
    table.add_row("size of the blobs", _size(findings.blob_bytes))
    table.add_row("faults", f"{len(findings.faults) + len(findings.known):,}")
    return table


def _tell(faults: Sequence[Fault], console: Console) -> int:
    """Print the faults; returns the status."""
    for each in faults[:SHOWN_FAULTS]:
        console.print(f"{each.name} {each.reason}", markup=False, soft_wrap=True)
    if len(faults) > SHOWN_FAULTS:
        console.print(f"and {len(faults) - SHOWN_FAULTS:,} more faults")
    return FAULTY if faults else 0


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB"


@contextmanager
def _private_files() -> Iterator[None]:
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def _progress() -> Iterator[Report]:
    """Yield what shows progress; what cannot be done, a full disk among it, becomes an InputError."""
    screen = Console(stderr=True)
    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    with Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as bars:
        bar = bars.add_task("", total=None)

        def report(what: str, done: int, total: int) -> None:
            bars.update(bar, description=what, completed=done, total=total)

        try:
            yield report
        except UnusableBackupError as error:
            raise InputError(str(error)) from error
        except OSError as error:
            raise InputError(f"{error.filename or 'The disk'}: {error.strerror}.") from error
