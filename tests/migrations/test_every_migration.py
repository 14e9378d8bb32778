"""Every migration, those to come included, meets a populated database (hazards T49, T51)."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, event

from app.core.database import make_engine
from migrations.upgrade import alembic_config, at_head, upgrade_to_head
from tests.migrations.populate import counts, populate
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
def test_no_row_is_lost_on_the_way_to_the_newest_schema(empty: Engine, revision: str) -> None:
    command.upgrade(alembic_config(empty), revision)
    with empty.execution_options(write=True).begin() as connection:
        before = populate(connection)
    assert len(before) > 10
    assert set(before.values()) == {2}
    upgrade_to_head(empty)
    with empty.connect() as connection:
        after = counts(connection)
    assert {table: count for table, count in after.items() if table in before} == before
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
        if statement.lstrip().split()[0].upper() in {"CREATE", "ALTER", "DROP", "INSERT"}:
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
