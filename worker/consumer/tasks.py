"""The one Celery task: a message says which job to look at, the jobs table says what is to be done."""

from typing import Any

from celery import Celery
from celery.exceptions import InvalidTaskError
from celery.worker.request import Request

from app.core.queue import RUN_JOB
from worker.jobs import runner


class CheckedRequest(Request):  # type: ignore[misc]  # Celery is untyped
    """A message that names our task. One whose body is not what Celery sends is refused.

    Celery itself would end the worker over it, and the next one, for a broker hands the message out again.
    """

    def __init__(self, message: Any, **options: Any) -> None:
        try:
            super().__init__(message, **options)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise InvalidTaskError(f"{type(error).__name__}: {error}") from error


def register(celery: Celery) -> None:
    """Make `celery` run jobs."""

    @celery.task(name=RUN_JOB, Request=CheckedRequest)  # type: ignore[untyped-decorator]  # Celery is untyped
    def run_job(job_id: str) -> None:
        runner.run(str(job_id))
