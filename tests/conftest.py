"""What every test builds on: a data directory, a migrated database and a client of its own.

A test that asks for the database, itself or through a fixture, runs on SQLite and on PostgreSQL (ADR 9).
"""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import settings
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import Engine

from app.auth import throttle
from app.core import config, database, queue, security, storage
from app.core.database import get_engine, make_engine, write_session
from app.core.logging import configure_logging
from app.core.models import ApiToken, User
from app.core.security import new_token, token_hash
from app.metrics import installation
from migrations.upgrade import upgrade_to_head
from tests.fast_disk import scratch
from tests.servers import postgresql
from tests.servers.redis import Redis
from tests.servers.s3 import S3Server, running
from worker.liveness import probe

if "PYTEST_XDIST_WORKER" in os.environ:  # tests side by side use all cores as it is
    os.environ.setdefault("OMP_NUM_THREADS", "1")

os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", scratch())  # where pytest makes `tmp_path`

settings.register_profile("no deadline", deadline=None)  # how long a test takes is its machine's affair
settings.load_profile("no deadline")

# Argon2 at its cheapest, so that a hundred sign-ins take a second; a service of its own uses the real one
security._passwords = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),))

pytest_plugins = ["tests.alone", "tests.groups", "tests.left_out"]
DATABASES = ("sqlite", "postgresql")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--database`."""
    parser.addoption("--database", choices=DATABASES, help="run the tests of this database only")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test on each database, or on the one that it is marked with."""
    if "backend" in metafunc.fixturenames:
        mark = metafunc.definition.get_closest_marker("only")
        wanted = metafunc.config.getoption("database")
        names = [mark.args[0]] if mark else DATABASES
        metafunc.parametrize("backend", [name for name in names if wanted in {None, name}], scope="session")


@pytest.fixture(autouse=True)
def own_umask() -> Iterator[None]:
    """Take back the umask that commands set: in a process of their own it would end with them."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture(scope="session")
def postgresql_databases() -> Iterator[postgresql.Databases]:
    """Return a PostgreSQL of this test process's own; it starts where the first test needs it.

    It is not below pytest's folder, which is closed to the user that PostgreSQL runs as where root tests.
    """
    with tempfile.TemporaryDirectory(prefix="eigenlabel-", dir=scratch()) as folder:
        server = postgresql.start(Path(folder) / "postgresql", postgresql.QUICK)
        databases = postgresql.Databases(server)
        yield databases
        databases.close()
        server.cleanup()


@pytest.fixture(scope="session")
def migrated_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated, empty SQLite file that tests copy instead of migrating again."""
    path = tmp_path_factory.mktemp("template") / "eigenlabel.sqlite3"
    engine = make_engine(f"sqlite:///{path}")
    upgrade_to_head(engine)
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """Return an S3-compatible server that tests share; each makes a bucket of its own."""
    with running() as server:
        yield server


@pytest.fixture
def own_s3_server() -> Iterator[S3Server]:
    """Return an S3-compatible server that the test may harm."""
    with running() as server:
        yield server


@pytest.fixture
def use_bucket(data_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[S3Server], str]:
    """Return a function that has this process keep its blobs in a new bucket, and returns its name."""

    def use(server: S3Server) -> str:
        bucket = server.new_bucket()
        for name, value in server.settings(f"s3://{bucket}/blobs").items():
            monkeypatch.setenv(name, value)
        clear_process_state()
        return bucket

    return use


def clear_process_state() -> None:
    """Forget the settings, engine, queue and unanswered notifications of the previous test."""
    probe.received()
    if database.get_engine.cache_info().currsize:
        database.get_engine().dispose()
    for cached in (
        config.get_settings,
        database.get_engine,
        queue.get_celery,
        queue.get_silence,
        storage.get_storage,
        throttle.make_limiter,
        installation.get_installation,
    ):
        cached.cache_clear()


@pytest.fixture
def data_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Point this process's settings at an empty data directory."""
    directory = tmp_path / "data"
    directory.mkdir()
    monkeypatch.setenv("EIGENLABEL_DATA", str(directory))
    monkeypatch.setenv("EIGENLABEL_ALLOWED_HOSTS", '["testserver", "127.0.0.1", "localhost"]')
    clear_process_state()
    yield directory
    clear_process_state()


@pytest.fixture
def new_database(
    backend: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Callable[[], AbstractContextManager[str]]:
    """Return a context manager that yields the address of a migrated, empty database of its own."""
    if backend == "postgresql":
        databases: postgresql.Databases = request.getfixturevalue("postgresql_databases")
        return databases.copy
    template: Path = request.getfixturevalue("migrated_database")

    @contextmanager
    def copy() -> Iterator[str]:
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        shutil.copy(template, folder / "test.sqlite3")
        yield f"sqlite:///{folder}/test.sqlite3"
        shutil.rmtree(folder, ignore_errors=True)  # a thread of the test that is late may still write to it

    return copy


@pytest.fixture
def engine(
    new_database: Callable[[], AbstractContextManager[str]],
    data_directory: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Engine]:
    """Return the engine of a migrated, empty database that the application uses too."""
    with new_database() as address:
        monkeypatch.setenv("EIGENLABEL_DATABASE_URL", address)
        clear_process_state()
        yield get_engine()
        clear_process_state()


@pytest.fixture
def redis(data_directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Redis]:
    """Return a Redis that this process's settings name as the broker."""
    server = Redis(tmp_path)
    server.start()
    monkeypatch.setenv("EIGENLABEL_BROKER_URL", server.url)
    clear_process_state()
    yield server
    server.stop()


@lru_cache
def application(_settings: str) -> FastAPI:
    """Return the application for these settings. At its first request it builds all routes: 50 ms of CPU."""
    from app.main import create_app  # noqa: PLC0415  (the application reads the settings made above)

    return create_app()


@pytest.fixture
def anonymous(engine: Engine) -> Iterator[TestClient]:
    """Return a client that is not signed in."""
    places = {"data", "database_url", "broker_url"}  # read at each use, as they differ from test to test
    configure_logging()
    with TestClient(application(config.get_settings().model_dump_json(exclude=places))) as client:
        yield client


@pytest.fixture
def sign_in(anonymous: TestClient) -> Callable[..., TestClient]:
    """Return a function that makes a user and returns a client that carries a token of theirs."""

    def make(name: str = "olga", role: str = "member") -> TestClient:
        token = new_token("el")
        with write_session() as session:
            user = User(name=name, role=role)
            session.add(user)
            session.flush()
            session.add(ApiToken(user_id=user.id, name="test", token_hash=token_hash(token)))
        client = TestClient(anonymous.app)
        client.portal = anonymous.portal  # one event loop answers all, as in the service
        client.headers["Authorization"] = f"Bearer {token}"
        return client

    return make


@pytest.fixture
def client(sign_in: Callable[..., TestClient]) -> TestClient:
    """Return a client signed in as an ordinary member."""
    return sign_in()
