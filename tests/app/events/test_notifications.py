"""T36, T37: a job and its notification, which is sent after the commit or not at all."""

import os
import subprocess
import sys
from contextlib import suppress

import pytest
from sqlalchemy import Engine, select

from app.core.config import get_settings
from app.core.database import read_session, write_session
from app.core.models import Job
from app.core.queue import get_celery
from app.jobs.service import create_job
from tests.app.labelling_factory import make_project
from worker.consumer import reaper

CRASHES_BEFORE_THE_NOTIFICATION = """
import os, sys
from app.core.database import write_session
from app.core.queue import get_celery
from app.jobs.service import create_job
get_celery().send_task = lambda *words, **options: os._exit(9)
with write_session() as session:
    create_job(session, "import", {}, project_id=sys.argv[1])
"""


@pytest.fixture
def notified(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the ids of the jobs that the queue is notified of."""
    told: list[str] = []
    monkeypatch.setattr(get_celery(), "send_task", lambda _name, args, **_options: told.append(args[0]))
    return told


def job_ids() -> list[str]:
    """Return the ids of all jobs."""
    with read_session() as session:
        return list(session.scalars(select(Job.id)))


def test_a_crash_between_commit_and_notification_loses_no_job(
    notified: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project().project_id
    command = [sys.executable, "-c", CRASHES_BEFORE_THE_NOTIFICATION, project]
    crashed = subprocess.run(command, env=os.environ, check=False)
    assert crashed.returncode == 9
    (job_id,) = job_ids()
    monkeypatch.setattr(get_settings(), "sweep_seconds", 0.0)
    reaper.reap_once("cpu", 1)
    assert notified == [job_id]


def test_a_rollback_takes_job_and_notification_back(notified: list[str]) -> None:
    project = make_project().project_id
    with suppress(ZeroDivisionError), write_session() as session:
        create_job(session, "import", {}, project_id=project)
        raise ZeroDivisionError
    assert (job_ids(), notified) == ([], [])
    with write_session() as session:
        kept = create_job(session, "import", {}, project_id=project).id
        assert notified == [], "nobody may look for a job that is not committed"
    assert (job_ids(), notified) == ([kept], [kept])
