"""Counting the images of a source, and giving up on one that has none."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.core.config import get_settings
from app.core.database import write_session
from app.core.models import Image, Job, Source
from tests.worker.conftest import add, get
from worker.child.warm_child import WarmChild
from worker.jobs import pretraining, runner


@pytest.fixture(autouse=True)
def child(monkeypatch: pytest.MonkeyPatch, data_directory: Path) -> Iterator[WarmChild]:
    """Let a fake child count."""
    fake = WarmChild((sys.executable, "-m", "tests.worker.fake_pretraining"), lasting=False)
    monkeypatch.setattr(pretraining, "child", fake)
    yield fake
    fake.stop()


@pytest.fixture
def count(make_job: Callable[..., str]) -> Callable[..., tuple[str, str]]:
    """Return a function that adds a source, counts it, and returns the ids of the source and the job."""

    def count(kind: str, *, project_id: str | None = None, **params: Any) -> tuple[str, str]:
        source = add(Source(name="photos", kind=kind, params=params, project_id=project_id))
        job = make_job("source", "cpu", params={"source_id": source})
        runner.run(job)
        return source, job

    return count


def test_what_the_child_counts_makes_the_source_ready(count: Callable[..., tuple[str, str]]) -> None:
    source, job = count("torchvision", name="CIFAR10")
    assert (get(Source, source).state, get(Source, source).images) == ("ready", 1797)
    assert (get(Job, job).state, get(Job, job).result) == ("done", {"images": 1797})


def test_a_pool_is_counted_by_its_rows(count: Callable[..., tuple[str, str]], project: str) -> None:
    fixed = {"filename": "a.png", "format": "png", "width": 1, "height": 1, "bytes": 1}
    for at, (split, excluded) in enumerate([("pool", None), ("pool", "broken"), ("test", None)]):
        add(Image(project_id=project, sha256=f"{at:064x}", split=split, excluded=excluded, **fixed))
    source, _job = count("project", project_id=project)
    assert (get(Source, source).state, get(Source, source).images) == ("ready", 1)


def test_a_source_without_images_fails_with_the_reason(
    count: Callable[..., tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "photos.zip").write_bytes(b"PK")
    monkeypatch.setenv("EIGENLABEL_IMPORT_ROOTS", json.dumps([str(tmp_path)]))
    get_settings.cache_clear()
    source, job = count("zip", path=str(tmp_path / "photos.zip"), folder="empty")
    assert (get(Job, job).state, get(Source, source).state) == ("failed", "failed")
    assert get(Source, source).error == "There are no images in this source."


def test_a_path_that_may_no_longer_be_read_fails(
    count: Callable[..., tuple[str, str]], tmp_path: Path
) -> None:
    source, job = count("folder", path=str(tmp_path))
    assert (get(Job, job).state, get(Job, job).attempts) == ("failed", 1)
    assert "outside the folders" in get(Source, source).error


def test_a_source_that_is_deleted_meanwhile_ends_its_job(make_job: Callable[..., str]) -> None:
    source = add(Source(name="photos", kind="dataset", params={"name": "digits-8x8"}))
    job = make_job("source", "cpu", params={"source_id": source})
    with write_session() as session:
        session.delete(session.get_one(Source, source))
    runner.run(job)
    assert get(Job, job).state == "cancelled"
