"""Imports that the service may not read: in a container it is another user than who put the files there."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.config import get_settings
from app.core.problems import Problem
from app.images.importing import allowed_path, open_source
from app.images.schemas import FolderImport, ZipImport
from tests.app.images.files import png, zipped
from tests.app.images.test_bad_files import unprivileged


@pytest.fixture
def closed(tmp_path: Path, data_directory: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Return a folder that may be imported, with a folder and a zip that only their owner may read."""
    root = tmp_path / "photos"
    (root / "closed" / "below").mkdir(parents=True)
    (root / "closed.zip").write_bytes(zipped({"a.png": png(1)}))
    for path in (root, *root.parents):
        if path.stat().st_uid == os.geteuid() and path != Path("/"):
            path.chmod(path.stat().st_mode | 0o555)
    monkeypatch.setenv("EIGENLABEL_IMPORT_ROOTS", json.dumps([str(root)]))
    get_settings.cache_clear()
    (root / "closed").chmod(0)
    (root / "closed.zip").chmod(0)
    yield root
    (root / "closed").chmod(0o700)


def test_what_the_service_may_not_read_is_told_with_its_user(closed: Path) -> None:
    with unprivileged():
        reason = f"This path cannot be read: the service runs as the user {os.geteuid()}, who may not."
        with pytest.raises(Problem, match=reason):
            allowed_path(str(closed / "closed" / "below"))
        folder = FolderImport(kind="folder", path=str(closed / "closed"))
        with pytest.raises(Problem, match=reason), open_source(folder):
            pass
        archive = ZipImport(kind="zip", path=str(closed / "closed.zip"))
        with pytest.raises(Problem, match=reason), open_source(archive):
            pass
        with pytest.raises(Problem, match="There is no such path"):
            allowed_path(str(closed / "absent"))


def test_elsewhere_nobody_learns_what_is_there(closed: Path, tmp_path: Path) -> None:
    """A folder that may not be looked into is told as such only below what may be imported."""
    other = tmp_path / "private"
    (other / "below").mkdir(parents=True)
    other.chmod(0)
    try:
        with unprivileged(), pytest.raises(Problem, match="There is no such path"):
            allowed_path(str(other / "below"))
    finally:
        other.chmod(0o700)
