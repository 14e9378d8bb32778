"""Backups that are not whole, or not for this version, are told and change nothing."""

import json
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from app.backups.checking import check_backup
from app.backups.errors import UnusableBackupError
from app.backups.restoring import restore_backup
from app.backups.taking import take_backup
from app.core.database import read_session
from app.core.models import User
from tests.app.backups.conftest import furnish, no_report


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return where the backup that tests copy lies, once the first has made it."""
    return {"path": tmp_path_factory.mktemp("pristine") / "backup"}


@pytest.fixture
def backup(engine: Engine, pristine: dict[str, Path], tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Return a whole backup that the test may harm; the installation itself is empty."""
    if not pristine["path"].exists():
        furnish()
        take_backup(pristine["path"], no_report)
        request.getfixturevalue("wipe")()
    shutil.copytree(pristine["path"], tmp_path / "backup")
    return tmp_path / "backup"


@pytest.fixture
def wipe(engine: Engine) -> Callable[[], None]:
    """Return a function that removes all rows."""
    from app.core.database import write_session  # noqa: PLC0415
    from app.core.models import Base  # noqa: PLC0415

    def remove() -> None:
        with write_session() as session:
            for table in reversed(Base.metadata.sorted_tables):
                session.execute(table.delete())

    return remove


def first(folder: Path, pattern: str) -> Path:
    return sorted(path for path in folder.rglob(pattern) if path.is_file())[0]


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


def change(backup: Path, **values: Any) -> None:
    manifest = backup / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | values))


HARMS: dict[str, Callable[[Path], object]] = {
    "a row was changed": lambda backup: flip(backup / "tables" / "images.jsonl"),
    "a table was cut short": lambda backup: cut(backup / "tables" / "annotations.jsonl"),
    "a table is missing": lambda backup: (backup / "tables" / "users.jsonl").unlink(),
    "a blob was changed": lambda backup: flip(first(backup, "blobs/images/*/*")),
    "a blob was cut short": lambda backup: cut(first(backup, "blobs/steps/*/*/step.safetensors")),
    "a blob is missing": lambda backup: first(backup, "blobs/encoders/*/*/*").unlink(),
    "the index was changed": lambda backup: flip(backup / "blobs.jsonl"),
    "the index was cut short": lambda backup: cut(backup / "blobs.jsonl"),
    "the manifest was cut short": lambda backup: cut(backup / "manifest.json"),
    "the manifest says nothing": lambda backup: (backup / "manifest.json").write_text("[]"),
    "it was interrupted": lambda backup: (backup / "manifest.json").unlink(),
    "it is of a newer format": lambda backup: change(backup, format=2),
    "it is of a newer schema": lambda backup: change(backup, revision="9999"),
    "there is none": shutil.rmtree,
}


@pytest.mark.only("sqlite", "what is looked at is the backup")
@pytest.mark.parametrize("harm", HARMS)
def test_a_backup_that_is_not_whole_is_refused(backup: Path, harm: str) -> None:
    HARMS[harm](backup)
    with pytest.raises(UnusableBackupError) as refusal:
        restore_backup(backup, no_report)
    assert "\n" not in str(refusal.value)
    assert str(backup) in str(refusal.value)
    with read_session() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 0
    with suppress(UnusableBackupError):
        assert check_backup(backup, no_report).faults


@pytest.mark.only("sqlite", "what is looked at is the backup")
def test_a_manifest_that_agrees_with_changed_rows_does_not_bring_orphans_in(backup: Path) -> None:
    path = backup / "tables" / "queries.jsonl"
    path.write_text(path.read_text().replace('"open"', '"odd"'))
    _agree(backup, "queries")
    with pytest.raises(UnusableBackupError, match="cannot be loaded: CHECK constraint failed"):
        restore_backup(backup, no_report)
    lines = (backup / "tables" / "images.jsonl").read_text().splitlines(keepends=True)
    (backup / "tables" / "images.jsonl").write_text("".join(lines[:-1]))
    _agree(backup, "images", rows=len(lines) - 2)
    with pytest.raises(UnusableBackupError, match="cannot be loaded"):
        restore_backup(backup, no_report)


def _agree(backup: Path, table: str, **values: int) -> None:
    """Have the manifest say what a changed table's file is."""
    from app.backups.folder import content_of, pieces_of, table_file  # noqa: PLC0415

    content = content_of(pieces_of(table_file(backup, table)))
    tables = json.loads((backup / "manifest.json").read_text())["tables"]
    tables[table] |= {"bytes": content.bytes, "sha256": content.sha256} | values
    change(backup, tables=tables)
