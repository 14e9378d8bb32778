"""Which blobs the database names. They never change under their keys, and their rows go before they do.

A project that is being deleted names none: its rows and blobs go in parts.
"""

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, inspect, select

from app.core.database import read_connection
from app.core.models import Encoder, Image, Job, LaterPredictions, Project, Round, Step
from app.core.order import oldest_first
from app.core.storage.keys import RENDITION_KEYS, image_key
from app.rounds.published import PREDICTION_FILES

STEP_FILES = (*PREDICTION_FILES, "labels.json")
ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Content:
    """What a blob is: its size in bytes and its sha256."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class NamedBlob:
    """A blob that rows name, and what they say of it. An `optional` one need not be there."""

    key: str
    bytes: int | None = None
    sha256: str | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it should be: a blob's key or another name, and what is wrong with it."""

    name: str
    reason: str


def named_blobs(connection: Connection) -> Iterator[NamedBlob]:
    """Yield every blob that the rows name by its own key, each once."""
    known, stays = set(), _stays(connection)
    for sha256, size in _stream(connection, select(Image.sha256, Image.bytes).where(stays(Image.project_id))):
        if sha256 not in known:
            known.add(sha256)
            yield NamedBlob(image_key(sha256), size, sha256)
            yield from (NamedBlob(key(sha256), optional=True) for key in RENDITION_KEYS)
    weights = select(Encoder.weights_key, Encoder.weights_sha256).where(stays(Encoder.project_id))
    for key, sha256 in _stream(connection, weights):
        if key is not None:
            yield NamedBlob(key, sha256=sha256)
    for key in _step_keys(connection):
        yield from (NamedBlob(f"{key}/{name}") for name in STEP_FILES)
    for key in _later_keys(connection):
        yield from (NamedBlob(f"{key}/{name}") for name in PREDICTION_FILES)
    for file in _checkpoints(connection):
        yield NamedBlob(file["key"], sha256=file["sha256"])


def named_folders(connection: Connection) -> Iterator[str]:
    """Yield every folder of blobs that the rows name; all that lies below it belongs to them."""
    yield from _step_keys(connection)
    yield from _later_keys(connection)
    stays = _stays(connection)
    for (key,) in _stream(connection, select(Encoder.weights_key).where(stays(Encoder.project_id))):
        if key is not None and "/" in key:
            yield key.rpartition("/")[0]


def _stays(connection: Connection) -> Callable[[Any], ColumnElement[bool]]:
    """Return a function of a column of projects' ids: the condition that the project is not being deleted."""
    going: list[str] = []
    if any(column["name"] == "deleted_at" for column in inspect(connection).get_columns("projects")):
        going = list(connection.scalars(select(Project.id).where(Project.deleted_at.is_not(None))))
    return lambda column: column.not_in(going)


def _step_keys(connection: Connection) -> Iterator[str]:
    """Yield the folders of what steps have published."""
    stays = _stays(connection)
    published = select(Step.artefacts_key).join(Round, Round.id == Step.round_id)
    chosen = published.where(Step.artefacts_key.is_not(None), stays(Round.project_id))
    yield from (key for (key,) in _stream(connection, chosen))


def _later_keys(connection: Connection) -> Iterator[str]:
    """Yield the folders of predictions of later images, which older schemas, backed up as well, lack."""
    if inspect(connection).has_table(LaterPredictions.__tablename__):
        of_steps = select(LaterPredictions.artefacts_key).join(Step, Step.id == LaterPredictions.step_id)
        chosen = of_steps.join(Round, Round.id == Step.round_id)
        yield from (key for (key,) in _stream(connection, chosen.where(_stays(connection)(Round.project_id))))


def _checkpoints(connection: Connection) -> Iterator[dict[str, Any]]:
    """Yield the files that a pretraining would go on from: those of the encoder's newest job."""
    statement = select(Job.params, Job.checkpoint).where(Job.kind == "pretrain").order_by(*oldest_first(Job))
    newest = {params["encoder_id"]: checkpoint for params, checkpoint in connection.execute(statement)}
    for checkpoint in newest.values():
        yield from (checkpoint or {"files": []})["files"]


def _stream(connection: Connection, statement: Any) -> Iterable[Any]:
    return connection.execution_options(yield_per=ROWS_AT_ONCE).execute(statement)


def still_named(keys: Set[str]) -> set[str]:
    """Return those of `keys`, blobs or folders, that the installation's database names at this moment."""
    if not keys:
        return set()
    with read_connection() as connection:
        found = {blob.key for blob in named_blobs(connection) if blob.key in keys}
        return found | {folder for folder in named_folders(connection) if folder in keys}


def fault(blob: NamedBlob, found: Content | None) -> Fault | None:
    """Return what is wrong with a blob, None where it is as the rows say."""
    if found is None:
        return None if blob.optional else Fault(blob.key, "is missing")
    if blob.bytes is not None and found.bytes != blob.bytes:
        return Fault(blob.key, f"has {found.bytes:,} bytes instead of {blob.bytes:,}")
    if blob.sha256 and found.sha256 and found.sha256 != blob.sha256:
        return Fault(blob.key, "is damaged: its sha256 is not the one that was stored")
    return None
