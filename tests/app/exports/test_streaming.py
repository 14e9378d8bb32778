"""Exports are written while they are sent: neither first byte nor memory waits for the whole project."""

import csv
import io
import os
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event, update

from app.core.database import read_session, write_session
from app.core.models import Annotation, Category
from app.core.storage import get_storage
from app.core.storage.keys import image_key
from app.exports import downloads, rows
from app.exports.archives import LongArchive
from app.exports.content import Export, content_of
from app.exports.downloads import in_chunks
from app.exports.formats import FORMATS
from app.exports.rows import open_source
from tests.app.labelling_factory import Labelling, make_project, new_image
from tests.app.live_server import serving
from tests.benchmarks.test_growth import counted

API = "/api/v1"
SMALL, LARGE = 100, 400
PAGE, CHUNK = 20, 4096
WITH_IMAGES = [form for form in FORMATS if form != "labelstudio-config"]


def collection(images: int, content: bytes = b"image") -> Labelling:
    """Return a project of olga's whose images have files and labels."""
    made = make_project(images=images, spare=0)
    labels = [
        {"project_id": made.project_id, "image_id": image_id, "category_id": made.categories[number % 2]}
        for number, image_id in enumerate(made.images)
    ]
    with write_session() as session:
        session.add_all(Annotation(kind="imported", **label) for label in labels)
    with get_storage().together() as batch:
        for image_id in made.images:
            batch.put(key_of(image_id), content)
    return made


def key_of(image_id: str) -> str:
    return image_key(new_image("", image_id).sha256)


def chunks(made: Labelling, form: str) -> Iterator[bytes]:
    """Return the export of a project as it is sent."""
    with read_session() as session:
        source = open_source(session, made.project_id, "olga")
    return in_chunks(content_of(Export(made.project_id, "Digits", source, "http://site"), form).parts)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a hundred images be many."""
    monkeypatch.setattr(rows, "ROWS_PER_PAGE", PAGE)
    monkeypatch.setattr(downloads, "CHUNK", CHUNK)


@contextmanager
def rows_brought(engine: Engine) -> Iterator[Any]:
    """Count the rows that PostgreSQL has sent, however many of them are looked at."""
    work = type("Work", (), {"done": 0})()

    def count(_connection: object, cursor: Any, *_rest: object) -> None:
        work.done += max(0, cursor.rowcount)

    event.listen(engine, "after_cursor_execute", count)
    yield work
    event.remove(engine, "after_cursor_execute", count)


@pytest.mark.usefixtures("small_pages")
@pytest.mark.parametrize("form", WITH_IMAGES)
def test_no_more_is_read_before_the_first_byte_of_a_larger_project(
    engine: Engine, backend: str, form: str
) -> None:
    counting: Callable[[Engine], AbstractContextManager[Any]]
    counting = counted if backend == "sqlite" else rows_brought
    read = []
    for images in (SMALL, LARGE):
        made = collection(images)
        with counting(engine) as work:
            first = next(iter(chunks(made, form)))
        assert len(first) >= CHUNK
        read.append(work.done)
    assert 0 < read[1] < 1.2 * read[0]


@pytest.mark.usefixtures("engine", "small_pages")
@pytest.mark.parametrize("form", WITH_IMAGES)
def test_nothing_is_held_of_the_images_that_are_written(form: str) -> None:
    peaks = []
    for images in (PAGE, SMALL, LARGE):  # the first for what a process allocates once
        made = collection(images)
        tracemalloc.start()
        size = sum(map(len, chunks(made, form)))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert size > images * 100
    assert peaks[2] - peaks[1] < (LARGE - SMALL) * 1000  # a row that is held takes 3,000 bytes


def test_an_export_whose_client_goes_away_ends(olga: TestClient) -> None:
    made = collection(40, os.urandom(500_000))
    path = f"{API}/projects/{made.project_id}/export?format=imagefolder"
    headers = {"Authorization": olga.headers["Authorization"]}
    before = temporary_files()
    with serving() as port:
        with httpx.stream("GET", f"http://127.0.0.1:{port}{path}", headers=headers, timeout=20) as answer:
            next(answer.iter_raw())
            assert temporary_files() > before
        deadline = time.monotonic() + 10
        while temporary_files() > before and time.monotonic() < deadline:
            time.sleep(0.01)
        assert temporary_files() == before


def temporary_files() -> int:
    """Return how many files without a name this process has open."""
    names = []
    for descriptor in Path("/proc/self/fd").iterdir():
        with suppress(OSError):  # that of the listing itself
            names.append(str(descriptor.readlink()))
    return sum(name.endswith("(deleted)") for name in names)


def test_a_file_that_goes_while_the_archive_is_written_is_missing(olga: TestClient) -> None:
    made = collection(3, os.urandom(downloads.CHUNK))
    sent = chunks(made, "imagefolder")
    first = next(sent)
    get_storage().delete(key_of(made.images[2]))
    with zipfile.ZipFile(io.BytesIO(first + b"".join(sent))) as archive:
        assert archive.testzip() is None
        assert [row["image_id"] for row in table(archive, "missing.csv")] == made.images[2:]
        assert [row["stored"] for row in table(archive, "missing.csv")] == ["no"]
        assert [row["image_id"] for row in table(archive, "labels.csv")] == made.images
        assert len(table(archive, "train/metadata.csv")) == 2
        assert len(archive.namelist()) == 5


def test_labels_that_change_meanwhile_change_no_part_of_the_archive(olga: TestClient) -> None:
    made = collection(4, os.urandom(downloads.CHUNK))
    sent = chunks(made, "imagefolder")
    first = next(sent)
    later = Category(project_id=made.project_id, name="later", position=9)
    with write_session() as session:
        session.add(later)
        session.flush()
        session.execute(update(Annotation).values(category_id=later.id))
    with zipfile.ZipFile(io.BytesIO(first + b"".join(sent))) as archive:
        told = {row["sha256"]: row["category"] for row in table(archive, "labels.csv")}
        lies = {row["sha256"]: row["label"] for row in table(archive, "train/metadata.csv")}
        folders = [name.split("/")[1] for name in archive.namelist() if name.endswith(".png")]
    assert told == lies
    assert sorted(folders) == ["digit 0", "digit 0", "digit 1", "digit 1"]


def test_a_label_of_a_category_that_came_since_is_none(olga: TestClient) -> None:
    made = collection(2)
    with read_session() as session:
        source = open_source(session, made.project_id, "olga")
    later = Category(project_id=made.project_id, name="later", position=9)
    with write_session() as session:
        session.add(later)
        session.flush()
        of_first = update(Annotation).where(Annotation.image_id == made.images[0])
        session.execute(of_first.values(category_id=later.id))
    parts = content_of(Export(made.project_id, "Digits", source, ""), "imagefolder").parts
    with zipfile.ZipFile(io.BytesIO(b"".join(in_chunks(parts)))) as archive:
        assert [row["image_id"] for row in table(archive, "labels.csv")] == made.images[1:]


def table(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


def test_more_files_than_the_first_zips_could_name() -> None:
    names = [f"ü/{number}" for number in range(2**16 + 5)]
    with ExitStack() as stack:
        archive, written = LongArchive(stack), io.BytesIO()
        for name in names:
            written.writelines(archive.written(name, iter([b"x"]), 1))
        written.writelines(archive.written("last", iter([b"a", b"b"])))
        written.writelines(archive.footer())
    with zipfile.ZipFile(written) as read:
        assert read.namelist() == [*names, "last"]
        assert (read.read(names[-1]), read.read("last")) == (b"x", b"ab")
