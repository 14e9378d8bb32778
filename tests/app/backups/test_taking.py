"""A backup is of one moment although people go on working, and an interrupted one is not mistaken for one."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from app.backups.checking import check_backup, check_installation
from app.backups.errors import UnusableBackupError
from app.backups.folder import read_index, read_lines
from app.backups.restoring import restore_backup
from app.backups.taking import take_backup
from app.core.database import read_session, write_session
from app.core.models import Image, Membership, Step, User
from app.core.storage import get_storage
from app.core.storage.keys import image_key
from app.projects.service import create_project
from tests.app.backups.conftest import GoElsewhere, furnish, no_report, sha256_of
from tests.app.deletion import finish_deletions
from tests.app.labelling_factory import Labelling, new_image

OnReport = Callable[[str, int, int], None]


def once(phase: str, action: Callable[[], None]) -> OnReport:
    """Return what does `action` when a backup comes to `phase` for the first time."""
    waiting = [action]

    def report(what: str, _done: int, _total: int) -> None:
        if what == phase and waiting:
            waiting.pop()()

    return report


def names_in(backup: Path, table: str) -> list[str]:
    """Return the names in a table of a backup."""
    columns, *rows = read_lines(backup / "tables" / f"{table}.jsonl")
    return [row[columns.index("name")] for row in rows]


def own_too(installation: Labelling, sign_in: Callable[..., TestClient]) -> TestClient:
    """Return the client of another owner of the project."""
    otto = sign_in("otto")
    with write_session() as session:
        otto_id = session.scalars(select(User.id).where(User.name == "otto")).one()
        session.add(Membership(project_id=installation.project_id, user_id=otto_id, role="owner"))
    return otto


def test_what_is_deleted_meanwhile_is_in_it_whole_or_not_at_all(
    installation: Labelling, sign_in: Callable[..., TestClient], tmp_path: Path
) -> None:
    otto = own_too(installation, sign_in)
    with write_session() as session:
        otto_id = session.scalars(select(User.id).where(User.name == "otto")).one()
        kept = create_project(session, otto_id, "kept", ["one"])
        content = b"pixels of kept"
        session.add(new_image(kept.id, "kept", bytes=len(content)))
        session.flush()
        session.get_one(Image, "kept").sha256 = sha256_of(content)
    for prefix in ("images", "thumbnails"):
        end = ".webp" if prefix == "thumbnails" else ""
        get_storage().put(f"{prefix}/{sha256_of(content)[:2]}/{sha256_of(content)}{end}", content)

    def delete() -> None:
        assert otto.delete(f"/api/v1/projects/{installation.project_id}").is_success
        finish_deletions()

    manifest = take_backup(tmp_path / "backup", once("Blobs", delete))
    assert names_in(tmp_path / "backup", "projects") == ["kept"]
    assert (manifest.faults, manifest.blobs) == ({}, 2)
    assert len([path for path in (tmp_path / "backup" / "blobs").rglob("*") if path.is_file()]) == 2
    assert check_backup(tmp_path / "backup", no_report).faults == []


def test_a_project_that_is_being_deleted_is_not_waited_for(
    installation: Labelling, sign_in: Callable[..., TestClient], tmp_path: Path
) -> None:
    otto = own_too(installation, sign_in)
    with read_session() as session:
        gone = session.scalars(
            select(Image.sha256).where(Image.project_id == installation.project_id)
        ).first()

    def begin_to_delete() -> None:
        assert otto.delete(f"/api/v1/projects/{installation.project_id}").is_success
        get_storage().delete_all([image_key(str(gone))])

    manifest = take_backup(tmp_path / "backup", once("Blobs", begin_to_delete))
    assert (names_in(tmp_path / "backup", "projects"), manifest.faults, manifest.blobs) == (["Digits"], {}, 0)
    assert check_backup(tmp_path / "backup", no_report).faults == []
    assert check_installation(no_report).faults == []
    finish_deletions()
    assert check_installation(no_report).rows["images"] == 0


def test_what_is_added_meanwhile_is_not_in_it(installation: Labelling, tmp_path: Path) -> None:
    def add() -> None:
        with write_session() as session:
            create_project(session, "olga", "late", ["one"])

    take_backup(tmp_path / "early", once("Blobs", add))
    assert names_in(tmp_path / "early", "projects") == ["Digits"]
    take_backup(tmp_path / "late", no_report)
    assert sorted(names_in(tmp_path / "late", "projects")) == ["Digits", "late"]


def test_rows_are_of_one_moment(installation: Labelling, tmp_path: Path) -> None:
    def add() -> None:
        with write_session() as session:
            create_project(session, "olga", "late", ["one"])

    take_backup(tmp_path / "backup", once("Rows of categories", add))
    assert names_in(tmp_path / "backup", "projects") == ["Digits"]
    assert sorted(names_in(tmp_path / "backup", "categories")) == ["digit 0", "digit 1"]


class PulledError(Exception):
    """Stands for the end of the process in the middle of a backup."""


def pull() -> None:
    raise PulledError


@pytest.mark.parametrize("phase", ["Rows of images", "Blobs", "Making it durable"])
def test_an_interrupted_backup_is_none_and_the_next_goes_on(
    installation: Labelling, go_elsewhere: GoElsewhere, tmp_path: Path, phase: str
) -> None:
    with pytest.raises(PulledError):
        take_backup(tmp_path / "backup", once(phase, pull))
    assert (tmp_path / "backup.partial").is_dir()
    with pytest.raises(UnusableBackupError, match="not a complete backup"):
        restore_backup(tmp_path / "backup", no_report, overwrite=True)
    copied = {path: path.stat().st_ino for path in (tmp_path / "backup.partial").glob("blobs/*/*/*")}
    manifest = take_backup(tmp_path / "backup", no_report)
    assert manifest.blobs == 18
    assert not (tmp_path / "backup.partial").exists()
    for path, number in copied.items():
        moved = tmp_path / "backup" / path.relative_to(tmp_path / "backup.partial")
        assert moved.stat().st_ino == number, "it was copied twice"
    go_elsewhere()
    assert restore_backup(tmp_path / "backup", no_report).faults == []


def test_what_an_interrupted_backup_left_damaged_is_copied_again(
    installation: Labelling, tmp_path: Path
) -> None:
    with pytest.raises(PulledError):
        take_backup(tmp_path / "backup", once("Making it durable", pull))
    partial = tmp_path / "backup.partial"
    (partial / "manifest.json").unlink(missing_ok=True)
    damaged, gone = list(partial.glob("blobs/images/*/*"))[:2]
    damaged.write_bytes(b"half")
    gone.unlink()
    (partial / "blobs" / "images" / "left").write_bytes(b"of no row")
    with (partial / "blobs.jsonl").open("a") as file:
        file.write('["images/to')
    manifest = take_backup(tmp_path / "backup", no_report)
    assert (manifest.faults, manifest.blobs) == ({}, 18)
    assert check_backup(tmp_path / "backup", no_report).faults == []
    assert not (tmp_path / "backup" / "blobs" / "images" / "left").exists()


def test_unchanged_blobs_are_linked_from_an_earlier_backup(installation: Labelling, tmp_path: Path) -> None:
    take_backup(tmp_path / "monday", no_report)
    storage = get_storage()
    damaged = next(iter((tmp_path / "monday").glob("blobs/images/*/*")))
    damaged.write_bytes(damaged.read_bytes()[::-1])
    with write_session() as session:
        session.add(Step(round_id=installation.round_id, index=7, state="done", artefacts_key="steps/new/1"))
    for name in ("step.safetensors", "images.json", "labels.json"):
        storage.put(f"steps/new/1/{name}", b"new")
    manifest = take_backup(tmp_path / "tuesday", no_report, reuse=tmp_path / "monday")
    assert manifest.blobs == 18 + 3
    shared = [key for key in read_index(tmp_path / "tuesday") if _links(tmp_path / "tuesday", key) == 2]
    assert len(shared) == 17, "all but the new ones and the damaged one"
    for path in sorted((tmp_path / "monday").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    assert check_backup(tmp_path / "tuesday", no_report).faults == []


def _links(backup: Path, key: str) -> int:
    return (backup / "blobs" / key).stat().st_nlink


def test_a_blob_that_the_installation_has_lost_is_told_and_the_rest_is_restored(
    installation: Labelling, go_elsewhere: GoElsewhere, tmp_path: Path
) -> None:
    lost = image_key(sha256_of(f"pixels of {installation.images[0]}".encode()))
    get_storage().delete(lost)
    get_storage().put(f"encoders/{installation.encoder_id}/1/encoder.safetensors", b"Weights")
    manifest = take_backup(tmp_path / "backup", no_report)
    assert manifest.faults == {
        lost: "is missing",
        f"encoders/{installation.encoder_id}/1/encoder.safetensors": (
            "is damaged: its sha256 is not the one that was stored"
        ),
    }
    found = check_backup(tmp_path / "backup", no_report)
    assert (found.faults, len(found.known)) == ([], 2)
    go_elsewhere()
    assert len(restore_backup(tmp_path / "backup", no_report).known) == 2
    assert get_storage().read("steps/zero/4/images.json") == b"images.json"


@pytest.mark.only("sqlite", "the database is only read")
def test_a_folder_that_is_taken_or_held_is_left_alone(engine: object, tmp_path: Path) -> None:
    furnish()
    (tmp_path / "backup").mkdir()
    with pytest.raises(UnusableBackupError, match="is there already"):
        take_backup(tmp_path / "backup", no_report)
    with pytest.raises(UnusableBackupError, match="not a complete backup"):
        take_backup(tmp_path / "other", no_report, reuse=tmp_path / "backup")
    (tmp_path / "other.partial").mkdir()
    descriptor = os.open(tmp_path / "other.partial", os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(UnusableBackupError, match="Another backup is being written"):
        take_backup(tmp_path / "other", no_report)
    os.close(descriptor)
    assert take_backup(tmp_path / "other", no_report).blobs == 18
