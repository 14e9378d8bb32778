"""Bringing a database to the newest schema, from wherever the package is installed."""

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine


def alembic_config(engine: Engine) -> Config:
    """Return Alembic's configuration for `engine`, independent of the working directory."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["engine"] = engine
    return config


def upgrade_to_head(engine: Engine) -> None:
    """Run every migration that `engine` has not had yet."""
    upgrade_to(engine, "head")


def upgrade_to(engine: Engine, revision: str) -> None:
    """Run the migrations up to `revision` that `engine` has not had yet."""
    command.upgrade(alembic_config(engine), revision)


def current_revision(connection: Connection) -> str | None:
    """Return the revision of the database's schema; None for a database without one."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def head_revision() -> str | None:
    """Return the newest revision."""
    return ScriptDirectory(str(Path(__file__).parent)).get_current_head()


def known_revisions() -> set[str]:
    """Return every revision that there is a migration to."""
    return {script.revision for script in ScriptDirectory(str(Path(__file__).parent)).walk_revisions()}


def at_head(engine: Engine) -> bool:
    """Return whether `engine` has had every migration."""
    with engine.connect() as connection:
        return current_revision(connection) == head_revision()
