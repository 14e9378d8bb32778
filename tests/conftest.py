"""What every test builds on: a data directory, a migrated database and a client of its own."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from app.auth import throttle
from app.core import config, database, queue, storage
from app.core.database import get_engine, make_engine, write_session
from app.core.models import ApiToken, User
from app.core.security import new_token, token_hash
from migrations.upgrade import upgrade_to_head
from tests.servers.s3 import S3Server, running


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
    """Forget the settings, engine and queue of the previous test."""
    if database.get_engine.cache_info().currsize:
        database.get_engine().dispose()
    for cached in (
        config.get_settings,
        database.get_engine,
        queue.get_celery,
        storage.get_storage,
        throttle.get_limiter,
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
def engine(data_directory: Path, migrated_database: Path) -> Engine:
    """Return the engine of a migrated, empty database that the application uses too."""
    shutil.copy(migrated_database, data_directory / "eigenlabel.sqlite3")
    return get_engine()


@pytest.fixture
def anonymous(engine: Engine) -> Iterator[TestClient]:
    """Return a client that is not signed in."""
    from app.main import create_app  # noqa: PLC0415  (the application reads the settings made above)

    with TestClient(create_app()) as client:
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
        client.headers["Authorization"] = f"Bearer {token}"
        return client

    return make


@pytest.fixture
def client(sign_in: Callable[..., TestClient]) -> TestClient:
    """Return a client signed in as an ordinary member."""
    return sign_in()
