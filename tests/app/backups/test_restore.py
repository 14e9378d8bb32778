"""From a backup to an installation: everything that was there is there, and nothing of what should not be."""

import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import Engine, event, func, select
from sqlalchemy.exc import OperationalError

from app.backups.checking import check_backup, check_installation
from app.backups.errors import UnusableBackupError
from app.backups.restoring import restore_backup
from app.backups.rows import NOT_KEPT
from app.backups.taking import take_backup
from app.core.database import get_engine, make_engine, read_session, write_connection, write_session
from app.core.models import ApiToken, Base, BrowserSession, Job, Project
from migrations.upgrade import alembic_config, at_head
from tests.app.backups.conftest import GoElsewhere, furnish, no_report, stored_images
from tests.app.backups.random_rows import stored_rows
from tests.app.labelling_factory import Labelling
from tests.conftest import clear_process_state
from tests.migrations.populate import counts, populate
from tests.servers import postgresql
from worker.database.claims import Fence, LostClaimError, claim, heartbeat

CHANGED = {*NOT_KEPT, "jobs"}


def rows_of(engine: Engine, left_out: set[str] = CHANGED) -> dict[str, list[object]]:
    with engine.connect() as connection:
        return stored_rows(connection, Base.metadata, left_out)


def test_everything_comes_back_elsewhere(
    installation: Labelling, engine: Engine, go_elsewhere: GoElsewhere, tmp_path: Path
) -> None:
    rows, images = rows_of(engine), stored_images()
    manifest = take_backup(tmp_path / "backup", no_report)
    assert manifest.faults == {}
    assert manifest.blobs == 2 * 5 + 1 + 2 + 4 + 1
    found = check_backup(tmp_path / "backup", no_report)
    assert (found.faults, found.blobs) == ([], manifest.blobs)
    other = go_elsewhere()
    restore_backup(tmp_path / "backup", no_report)
    assert rows_of(other) == rows
    assert stored_images() == images
    found = check_installation(no_report)
    assert found.faults == []
    assert found.rows == {name: table.rows for name, table in manifest.tables.items()}


def test_a_running_job_is_queued_again_and_its_old_holder_refused(
    installation: Labelling, go_elsewhere: GoElsewhere, tmp_path: Path
) -> None:
    take_backup(tmp_path / "backup", no_report)
    go_elsewhere()
    restore_backup(tmp_path / "backup", no_report)
    with read_session() as session:
        job = session.get_one(Job, "training")
    assert (job.state, job.attempts, job.lease_until) == ("queued", 1, None)
    assert job.checkpoint is not None
    for token in range(3, 50):  # the job may have been claimed again after the backup
        with pytest.raises(LostClaimError):
            heartbeat(Fence("training", token))
    claimed = claim("training")
    assert claimed is not None
    assert claimed.fence.token > 1_000_000
    restore_backup(tmp_path / "backup", no_report, overwrite=True)
    with pytest.raises(LostClaimError):
        heartbeat(claimed.fence)


def test_tokens_work_on_and_nobody_stays_signed_in(
    installation: Labelling, go_elsewhere: GoElsewhere, tmp_path: Path
) -> None:
    take_backup(tmp_path / "backup", no_report)
    files = [path.read_bytes() for path in (tmp_path / "backup").rglob("*.json*")]
    assert not any(b"hash of a session" in content for content in files)
    go_elsewhere()
    restore_backup(tmp_path / "backup", no_report)
    with read_session() as session:
        assert session.scalars(select(ApiToken.token_hash)).all() == ["hash of a token"]
        assert session.scalars(select(BrowserSession)).all() == []


def test_what_is_there_is_kept_unless_told(installation: Labelling, engine: Engine, tmp_path: Path) -> None:
    before = rows_of(engine)
    take_backup(tmp_path / "backup", no_report)
    with write_session() as session:
        session.add(Project(id="later", name="later"))
        session.delete(session.get_one(Project, installation.project_id))
    now = rows_of(engine)
    with pytest.raises(UnusableBackupError, match=r"not empty .*1 projects.*--overwrite"):
        restore_backup(tmp_path / "backup", no_report)
    assert rows_of(engine) == now
    restore_backup(tmp_path / "backup", no_report, overwrite=True)
    assert rows_of(engine) == before


class FullError(Exception):
    """Stands for whatever ends a restore in its middle."""


@pytest.mark.parametrize("after", [1, 9])
def test_a_restore_that_ends_midway_changes_no_row(
    installation: Labelling, engine: Engine, tmp_path: Path, after: int
) -> None:
    take_backup(tmp_path / "backup", no_report)
    with write_session() as session:
        session.delete(session.get_one(Project, installation.project_id))
    before = rows_of(engine)
    statements = itertools.count()

    def end(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT") and next(statements) == after:
            raise FullError

    event.listen(get_engine(), "before_cursor_execute", end)
    with pytest.raises(FullError):
        restore_backup(tmp_path / "backup", no_report, overwrite=True)
    event.remove(get_engine(), "before_cursor_execute", end)
    assert rows_of(engine) == before
    restore_backup(tmp_path / "backup", no_report, overwrite=True)
    assert check_installation(no_report).faults == []
    assert len(stored_images()) == 5


@pytest.mark.parametrize("way", [("sqlite", "postgresql"), ("postgresql", "sqlite")], ids="-".join)
def test_an_installation_moves_to_the_other_database(
    way: tuple[str, str],
    data_directory: Path,
    migrated_database: Path,
    postgresql_databases: postgresql.Databases,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (data_directory / "eigenlabel.sqlite3").write_bytes(migrated_database.read_bytes())
    with postgresql_databases.copy() as address:
        urls = {"postgresql": address, "sqlite": ""}
        monkeypatch.setenv("EIGENLABEL_DATABASE_URL", urls[way[0]])
        clear_process_state()
        furnish()
        before = rows_of(get_engine())
        take_backup(data_directory / "backup", no_report)
        monkeypatch.setenv("EIGENLABEL_DATABASE_URL", urls[way[1]])
        clear_process_state()
        restore_backup(data_directory / "backup", no_report)
        assert get_engine().dialect.name == way[1]
        assert rows_of(get_engine()) == before
        assert check_installation(no_report).faults == []
        clear_process_state()


def test_a_backup_of_an_older_release_gets_the_newest_schema(
    backend: str,
    new_database: Callable[[], AbstractContextManager[str]],
    go_elsewhere: GoElsewhere,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with new_database() as address:
        old = make_engine(address)
        command.downgrade(alembic_config(old), "0001")
        with write_connection(old) as connection:
            before = populate(connection)
        monkeypatch.setenv("EIGENLABEL_DATABASE_URL", address)
        clear_process_state()
        manifest = take_backup(tmp_path / "backup", no_report)
        assert manifest.revision == "0001"
        clear_process_state()
        old.dispose()
    other = go_elsewhere()
    restore_backup(tmp_path / "backup", no_report)
    assert at_head(other)
    with other.connect() as connection:
        after = counts(connection)
    kept = set(before) - NOT_KEPT
    assert {name: after[name] for name in kept} == {name: before[name] for name in kept}


def test_a_database_that_was_never_migrated_is_made(
    installation: Labelling, backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_backup(tmp_path / "backup", no_report)
    monkeypatch.setenv("EIGENLABEL_DATA", str(tmp_path))
    monkeypatch.setenv("EIGENLABEL_DATABASE_URL", "")
    clear_process_state()
    with pytest.raises((OperationalError, UnusableBackupError)):
        take_backup(tmp_path / "second", no_report)
    restore_backup(tmp_path / "backup", no_report)
    with read_session() as session:
        assert session.scalar(select(func.count()).select_from(Project)) == 1
