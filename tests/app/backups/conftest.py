"""An installation with something of everything, and places to restore it to."""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update

from app.backups import staging
from app.core.database import get_engine, now, read_session, write_session
from app.core.models import ApiToken, BrowserSession, Encoder, Image, Job, Round, Step, User
from app.core.storage import get_storage
from app.core.storage.keys import image_key, thumbnail_key, whole_key
from migrations.upgrade import head_revision, upgrade_to
from tests.app.labelling_factory import Labelling, make_labelling
from tests.conftest import clear_process_state
from tests.servers.s3 import S3Server

GoElsewhere = Callable[[], Engine]


@pytest.fixture(autouse=True)
def migrated_desk(migrated_database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Copy a migrated file where a backup of today's schema is laid out; only older ones run migrations."""

    def upgrade(engine: Engine, revision: str) -> None:
        path = engine.url.database
        if revision == head_revision() and path is not None:
            shutil.copy(migrated_database, path)
        else:
            upgrade_to(engine, revision)

    monkeypatch.setattr(staging, "upgrade_to", upgrade)


def sha256_of(content: bytes) -> str:
    """Return the sha256 in hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()


def no_report(_what: str, _done: int, _total: int) -> None:
    """Listen to nothing."""


def furnish() -> Labelling:
    """Return a project in the middle of a round, with every kind of blob that rows name."""
    made = make_labelling()
    storage = get_storage()
    with storage.together() as batch:
        for image_id in made.images + made.spare:
            content = f"pixels of {image_id}".encode()
            for key in (image_key, thumbnail_key):
                batch.put(key(sha256_of(content)), content)
            columns = {"sha256": sha256_of(content), "bytes": len(content)}
            with write_session() as session:
                session.execute(update(Image).where(Image.id == image_id).values(**columns))
        batch.put(whole_key(sha256_of(f"pixels of {made.images[0]}".encode())), b"display")
        batch.put(f"encoders/{made.encoder_id}/1/encoder.safetensors", b"weights")
        batch.put(f"encoders/{made.encoder_id}/1/notes.json", b"{}")
        for name in ("step.safetensors", "images.json", "labels.json", "model.json"):
            batch.put(f"steps/zero/4/{name}", name.encode())
        batch.put("pretraining/other/3/a/checkpoint", b"half way")
    _add_rows(made)
    return made


def _add_rows(made: Labelling) -> None:
    with write_session() as session:
        encoder = session.get_one(Encoder, made.encoder_id)
        encoder.weights_key = f"encoders/{made.encoder_id}/1/encoder.safetensors"
        encoder.weights_sha256 = sha256_of(b"weights")
        session.add(Step(round_id=made.round_id, index=0, state="done", artefacts_key="steps/zero/4"))
        session.add(Encoder(id="other", project_id=made.project_id, name="other", kind="pretrain", config={}))
        session.flush()
        session.get_one(Round, made.round_id).second_encoder_id = "other"
        file = {"key": "pretraining/other/3/a/checkpoint", "step": 5, "sha256": sha256_of(b"half way")}
        session.add(
            Job(
                id="training",
                project_id=made.project_id,
                kind="pretrain",
                queue="pretrain",
                state="running",
                params={"encoder_id": "other"},
                epoch=3,
                attempts=2,
                lease_until=now() + timedelta(minutes=1),
                checkpoint={"step": 5, "files": [file]},
            )
        )
        user = session.scalars(select(User)).first()
        assert user is not None
        session.add(ApiToken(user_id=user.id, name="t", token_hash="hash of a token"))
        later = now() + timedelta(days=1)
        session.add(BrowserSession(user_id=user.id, token_hash="hash of a session", expires_at=later))


@pytest.fixture
def blobs(
    backend: str, engine: Engine, request: pytest.FixtureRequest, use_bucket: Callable[[S3Server], str]
) -> Callable[[], None]:
    """Return a function that has this process keep its blobs in a new place: a bucket with PostgreSQL."""

    def use() -> None:
        if backend == "postgresql":
            use_bucket(request.getfixturevalue("s3_server"))

    use()
    return use


@pytest.fixture
def installation(blobs: Callable[[], None], engine: Engine) -> Labelling:
    """Return a furnished installation: SQLite and files, or PostgreSQL and a bucket."""
    return furnish()


@pytest.fixture
def go_elsewhere(
    new_database: Callable[[], AbstractContextManager[str]],
    blobs: Callable[[], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[GoElsewhere]:
    """Return a function that has this process be an empty installation of the same kind."""
    with ExitStack() as stack:

        def go() -> Engine:
            monkeypatch.setenv("EIGENLABEL_DATABASE_URL", stack.enter_context(new_database()))
            monkeypatch.setenv("EIGENLABEL_DATA", str(tmp_path / "elsewhere"))
            clear_process_state()
            blobs()
            return get_engine()

        yield go
        clear_process_state()


def stored_images() -> dict[str, bytes]:
    """Return the content of every image that the installation has, by id."""
    with read_session() as session:
        images = session.execute(select(Image.id, Image.sha256)).all()
    return {image_id: get_storage().read(image_key(sha256)) for image_id, sha256 in images}
