"""The one Celery task: a message says which job to look at, the jobs table says what is to be done."""

from celery import Celery

from app.core.queue import RUN_JOB
from worker import runner


def register(celery: Celery) -> None:
    """Make `celery` run jobs."""

    @celery.task(name=RUN_JOB)  # type: ignore[untyped-decorator]  # Celery is untyped
    def run_job(job_id: str) -> None:
        runner.run(job_id)
