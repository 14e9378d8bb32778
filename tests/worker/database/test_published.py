"""Publishing what a claim has made: what its predecessors published and did not live to say is removed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.core.models import Job
from app.core.storage import get_storage
from tests.worker.conftest import change
from worker.database.claims import claim
from worker.database.published import publish


def publish_again(job_id: str, directory: Path) -> str:
    """Claim the job, publish one file, and die before that can be said."""
    held = claim(job_id)
    assert held is not None
    directory.mkdir()
    (directory / "file").write_text(directory.name)
    prefix = publish("steps/1", held, directory)
    change(Job, job_id, state="queued", attempts=0)
    return prefix


def test_only_the_newest_claims_files_are_kept(make_job: Callable[..., str], tmp_path: Path) -> None:
    job_id = make_job()
    prefixes = [publish_again(job_id, tmp_path / str(attempt)) for attempt in range(3)]
    storage = get_storage()
    assert prefixes == ["steps/1/1", "steps/1/2", "steps/1/3"]
    assert [storage.exists(f"{prefix}/file") for prefix in prefixes] == [False, False, True]


@pytest.mark.timeout(30)
def test_fencing_tokens_that_a_restore_has_skipped_cost_nothing(
    make_job: Callable[..., str], tmp_path: Path
) -> None:
    job_id = make_job()
    before = publish_again(job_id, tmp_path / "before")
    change(Job, job_id, epoch=217_000_000)
    after = publish_again(job_id, tmp_path / "after")
    assert after == "steps/1/217000001"
    assert list(get_storage().below("steps/1")) == [f"{after}/file"]
    assert not get_storage().exists(f"{before}/file")
