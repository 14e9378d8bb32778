import os
from pathlib import Path

import pytest

from app.core import durable
from app.core.durable import FEW, make_durable


@pytest.fixture
def paths(tmp_path: Path) -> list[Path]:
    """Return more files than are synced one by one, and their folder."""
    made = [tmp_path / str(number) for number in range(FEW + 1)]
    for path in made:
        path.write_bytes(b"1")
    return [*made, tmp_path]


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the paths that are synced one by one from now on."""
    seen: list[str] = []
    fsync = os.fsync

    def watched(descriptor: int) -> None:
        seen.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    return seen


def test_a_few_are_synced_one_by_one(paths: list[Path], synced: list[str]) -> None:
    make_durable(paths[-3:])
    assert synced == [str(path) for path in paths[-3:]]


def test_many_are_synced_with_their_file_system(paths: list[Path], synced: list[str]) -> None:
    make_durable(paths)
    assert synced == []


def test_a_system_without_that_call_syncs_each(
    paths: list[Path], synced: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(durable, "_syncfs", lambda: None)
    make_durable(paths)
    assert len(synced) == len(paths)


def test_a_sync_that_fails_is_no_success(paths: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(durable, "_syncfs", lambda: lambda _descriptor: -1)
    with pytest.raises(OSError, match=str(paths[0])):
        make_durable(paths)
    make_durable([])
