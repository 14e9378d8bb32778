"""A blob store that is away for a while costs a job one try, not the job."""

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image as Pixels

from app.core.config import get_settings
from app.core.models import Job
from tests.servers.s3 import S3Server
from tests.worker.conftest import get
from tests.worker.jobs.test_runner import wait_for
from worker.jobs import runner


@pytest.fixture
def import_job(
    make_job: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], str]:
    """Return a function that queues the import of one picture and returns the job's id."""

    def make() -> str:
        monkeypatch.setenv("EIGENLABEL_IMPORT_ROOTS", f'["{tmp_path}"]')
        get_settings.cache_clear()
        (tmp_path / "photos").mkdir()
        Pixels.new("RGB", (40, 30), "red").save(tmp_path / "photos" / "a.png")
        source = {"kind": "folder", "path": str(tmp_path / "photos")}
        params = {"source": source, "split": "pool", "labels": "ignore", "new_categories": False}
        return make_job("import", "cpu", params=params)

    return make


def test_an_import_waits_for_the_store_and_is_done_at_the_next_try(
    own_s3_server: S3Server, use_bucket: Callable[[S3Server], str], import_job: Callable[[], str]
) -> None:
    bucket = use_bucket(own_s3_server)
    job_id = import_job()
    own_s3_server.stop()
    running = threading.Thread(target=runner.run, args=(job_id,))
    running.start()
    wait_for(lambda: get(Job, job_id).phase == "waiting", 20)
    own_s3_server.start()
    own_s3_server.new_bucket(bucket)
    running.join(20)
    job = get(Job, job_id)
    assert (job.state, job.attempts) == ("queued", 1)
    told = "The blob storage cannot be used. It does not answer (nothing listens at its address)."
    assert job.error == told
    runner.run(job_id)
    job = get(Job, job_id)
    assert (job.state, job.result["created"]) == ("done", 1)


def test_a_store_that_stays_away_fails_the_job_with_the_reason(
    own_s3_server: S3Server,
    use_bucket: Callable[[S3Server], str],
    import_job: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use_bucket(own_s3_server)
    job_id = import_job()
    own_s3_server.stop()
    monkeypatch.setattr(runner, "STORAGE_SECONDS", 0.0)
    for attempt in (1, 2, 3):
        runner.run(job_id)
        assert get(Job, job_id).attempts == attempt
    job = get(Job, job_id)
    assert (job.state, job.error.count("The blob storage cannot be used.")) == ("failed", 1)
