"""Every migration, those to come included, meets a populated database (hazards T49, T51)."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Engine, event, text

from app.backups.checking import faults_of_rows
from app.core.database import make_engine
from migrations.upgrade import alembic_config, at_head, upgrade_to_head
from tests.migrations.populate import contents, counts, populate
from tests.servers import postgresql

VERSIONS = ScriptDirectory(str(Path(__file__).parents[2] / "migrations"))
REVISIONS = [script.revision for script in reversed(list(VERSIONS.walk_revisions()))]


class KilledError(Exception):
    """Stands for the end of the process in the middle of a migration."""


@pytest.fixture
def empty(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Return the engine of a database without any table."""
    if backend == "sqlite":
        engine = make_engine(f"sqlite:///{tmp_path}/empty.sqlite3")
        yield engine
        engine.dispose()
        return
    databases: postgresql.Databases = request.getfixturevalue("postgresql_databases")
    with databases.copy("template0") as address:
        engine = make_engine(address)
        yield engine
        engine.dispose()


@pytest.mark.parametrize("revision", REVISIONS)
def test_no_row_is_lost_or_changed_on_the_way_to_the_newest_schema(empty: Engine, revision: str) -> None:
    command.upgrade(alembic_config(empty), revision)
    with empty.execution_options(write=True).begin() as connection:
        count = populate(connection)
        before = contents(connection)
    assert len(count) > 10
    assert set(count.values()) == {2}
    upgrade_to_head(empty)
    with empty.connect() as connection:
        after = contents(connection)
        orphans = [each.reason for each in faults_of_rows(connection)]
    assert orphans == []
    kept = {
        key: {name: after[key][name] for name in row if name in after[key]} for key, row in before.items()
    }
    assert kept == {key: {name: row[name] for name in kept[key]} for key, row in before.items()}
    assert at_head(empty)


@pytest.mark.parametrize("revision", ["base", *REVISIONS[:-1]])
@pytest.mark.parametrize("after", [1, 3, 30])
def test_a_migration_that_was_killed_midway_runs_again(empty: Engine, revision: str, after: int) -> None:
    if revision != "base":
        command.upgrade(alembic_config(empty), revision)
        with empty.execution_options(write=True).begin() as connection:
            before = populate(connection)
    statements = 0

    def kill(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        nonlocal statements
        if statement.lstrip().split()[0].upper() in {"CREATE", "ALTER", "DROP", "INSERT", "UPDATE"}:
            statements += 1
            if statements == after:
                raise KilledError

    event.listen(empty, "before_cursor_execute", kill)
    with suppress(KilledError):  # a short migration may be over before
        upgrade_to_head(empty)
    assert statements
    event.remove(empty, "before_cursor_execute", kill)
    empty.dispose()
    upgrade_to_head(empty)
    assert at_head(empty)
    command.check(alembic_config(empty))
    if revision != "base":
        with empty.connect() as connection:
            kept = counts(connection)
        assert {table: kept[table] for table in before} == before


KILLED = """
import os, signal, sys
from sqlalchemy import event
from app.core.database import get_engine
from migrations.upgrade import upgrade_to_head

left = int(sys.argv[1])

@event.listens_for(get_engine(), "after_cursor_execute")
def kill(_connection, _cursor, statement, *_rest):
    global left
    left -= statement.split()[0].upper() in {"CREATE", "ALTER", "DROP", "INSERT", "UPDATE"}
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)

upgrade_to_head(get_engine())
"""


def test_a_migration_that_fails_gives_its_lock_back(empty: Engine) -> None:
    """Its connection goes back to the pool of a process that may live on."""
    with pytest.raises(CommandError):
        command.upgrade(alembic_config(empty), "no such revision")
    if empty.dialect.name == "postgresql":
        with empty.connect() as connection:
            held = text("SELECT pid FROM pg_locks WHERE locktype = 'advisory'")
            assert not connection.execute(held).all()
    upgrade_to_head(empty)
    assert at_head(empty)


@pytest.mark.parametrize(("revision", "after"), [("base", 20), ("0011", 2)])
def test_a_process_that_was_killed_while_it_migrated_leaves_a_database_that_migrates(
    empty: Engine, revision: str, after: int
) -> None:
    if revision != "base":
        command.upgrade(alembic_config(empty), revision)
        with empty.execution_options(write=True).begin() as connection:
            populate(connection)
    with empty.connect() as connection:
        before = contents(connection)
    address = empty.url.render_as_string(hide_password=False)
    environment = os.environ | {"EIGENLABEL_DATABASE_URL": address}
    killed = subprocess.run([sys.executable, "-c", KILLED, str(after)], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not at_head(empty)
    upgrade_to_head(empty)
    command.check(alembic_config(empty))
    with empty.connect() as connection:
        assert contents(connection).keys() == before.keys()


REBUILD = """
from alembic import op
from sqlalchemy import inspect

revision, down_revision, branch_labels, depends_on = "9999", "{head}", None, None


def upgrade() -> None:
    for table in inspect(op.get_bind()).get_table_names():
        if table != "alembic_version":
            with op.batch_alter_table(table, recreate="always"):
                pass
"""


@pytest.mark.only("sqlite", "only SQLite rebuilds tables")
def test_a_migration_may_rebuild_any_table_and_no_child_row_is_lost(empty: Engine, tmp_path: Path) -> None:
    upgrade_to_head(empty)
    with empty.execution_options(write=True).begin() as connection:
        before = populate(connection)
    shutil.copytree(Path(VERSIONS.dir), tmp_path / "migrations")
    script = REBUILD.format(head=REVISIONS[-1])
    (tmp_path / "migrations" / "versions" / "9999_rebuild.py").write_text(script)
    config = alembic_config(empty)
    config.set_main_option("script_location", str(tmp_path / "migrations"))
    command.upgrade(config, "9999")
    with empty.connect() as connection:
        assert counts(connection) == before
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
