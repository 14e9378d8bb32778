"""`verify` finds what is wrong with an installation, and nothing where all is well."""

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from app.backups.checking import Findings, check_installation
from app.backups.errors import UnusableBackupError
from app.backups.taking import take_backup
from app.core.database import write_session
from app.core.models import Image
from app.core.storage import get_storage
from app.core.storage.keys import image_key, remove_blobs
from migrations.upgrade import head_revision
from tests.app.backups.conftest import no_report, sha256_of
from tests.app.labelling_factory import Labelling
from tests.conftest import clear_process_state


def faults(*, quick: bool = False) -> list[str]:
    """Return what is wrong with the installation, in words."""
    return [f"{each.name} {each.reason}" for each in check_installation(no_report, quick=quick).faults]


@pytest.mark.parametrize("quick", [True, False])
def test_all_is_well(installation: Labelling, quick: bool) -> None:
    found: Findings = check_installation(no_report, quick=quick)
    assert (found.faults, found.blobs) == ([], 2 * 5 + 1 + 1 + 3 + 1 + 2), "2 lie beside in a folder"
    assert (found.rows["images"], found.rows["queries"]) == (5, 3)


@pytest.mark.parametrize("quick", [True, False])
def test_it_counts_what_a_backup_of_it_has(installation: Labelling, tmp_path: Path, quick: bool) -> None:
    """What lies in a step's folder is copied, though no row names each file."""
    get_storage().put("steps/zero/4/notes.txt", b"more than the rows say")
    manifest = take_backup(tmp_path / "backup", no_report)
    found = check_installation(no_report, quick=quick)
    assert (found.blobs, found.blob_bytes) == (manifest.blobs, manifest.blob_bytes)
    assert found.faults == []


def test_blobs_that_are_missing_cut_or_damaged_are_found(installation: Labelling) -> None:
    keys = [image_key(sha256_of(f"pixels of {image}".encode())) for image in installation.images]
    storage = get_storage()
    content = storage.read(keys[2])
    storage.delete(keys[0])
    storage.put(keys[1], b"short")
    storage.put(keys[2], content[::-1])
    storage.delete("steps/zero/4/labels.json")
    cheap = {
        f"{keys[0]} is missing",
        f"{keys[1]} has 5 bytes instead of {len(content)}",
        "steps/zero/4/labels.json is missing",
    }
    assert set(faults(quick=True)) == cheap
    assert set(faults()) == cheap | {f"{keys[2]} is damaged: its sha256 is not the one that was stored"}


def test_an_image_that_is_deleted_meanwhile_is_no_fault(installation: Labelling) -> None:
    sha256 = sha256_of(f"pixels of {installation.spare[0]}".encode())

    def delete(_what: str, _done: int, _total: int) -> None:
        with write_session() as session:
            session.query(Image).where(Image.sha256 == sha256).delete()
        remove_blobs([sha256])

    assert check_installation(delete).faults == []
    assert not get_storage().exists(image_key(sha256))


@pytest.mark.only("sqlite", "PostgreSQL lets nobody add such rows")
def test_rows_without_their_parents_are_found(installation: Labelling, engine: Engine) -> None:
    with closing(sqlite3.connect(str(engine.url.database))) as connection:  # it asks for no parents
        connection.execute("UPDATE queries SET round_id = 'nowhere'")
        connection.commit()
    assert set(faults()) == {"queries has 3 rows without their rounds"}


def test_what_killed_writers_left_is_found(
    installation: Labelling, backend: str, data_directory: Path
) -> None:
    root = {"sqlite": "blobs", "postgresql": "work/copies"}[backend]
    fresh, old = (data_directory / root / ".unfinished" / name for name in ("fresh", "old"))
    for path in (fresh, old):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"half")
    os.utime(old, (0, time.time() - 7200))
    assert [each.split(" ", 1)[0] for each in faults()] == [str(old)]
    get_storage().discard_unfinished()
    assert faults() == []
    assert fresh.exists()


@pytest.mark.only("sqlite", "a schema is a schema")
def test_a_schema_that_is_not_the_newest_is_found(installation: Labelling, engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
        connection.commit()
    assert faults() == [
        f"database has schema revision 0001 instead of {head_revision()}: run `eigenlabel migrate`"
    ]


@pytest.mark.only("sqlite", "an empty file is an empty file")
def test_a_database_without_tables_is_told(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EIGENLABEL_DATABASE_URL", f"sqlite:///{tmp_path}/nothing")
    clear_process_state()
    with pytest.raises(UnusableBackupError, match="no tables yet"):
        check_installation(no_report)
