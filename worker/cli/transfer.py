"""`eigenlabel import` and `eigenlabel export`: the same code as the service's, run here."""

import json
import os
import sys
import threading
import time
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from app.core.config import get_settings
from app.core.states import JOB_LIVE
from app.images.schemas import FolderImport, NewImport, ZipImport
from worker.command_errors import InputError
from worker.database.exports import export
from worker.database.projects import find_project, queue_import, read_job
from worker.jobs import runner
from worker.service.addresses import told_url

POLL_SECONDS = 0.2


def import_path(project: str, path: Path, split: str, labels: str) -> dict[str, Any]:
    """Import a folder or zip of this machine; returns what came of it. InputError where it cannot be."""
    source = ZipImport if path.is_file() else FolderImport
    kind = "zip" if path.is_file() else "folder"
    body = NewImport.model_validate(
        {"source": source(kind=kind, path=str(path.resolve())), "split": split, "labels": labels}
    )
    os.environ["EIGENLABEL_IMPORT_ROOTS"] = json.dumps([str(path.resolve())])
    get_settings.cache_clear()
    job_id = queue_import(find_project(project), body)
    job = _follow(job_id)
    if job.state != "done":
        raise InputError(job.error or f"The import was {job.state}.")
    result: dict[str, Any] = job.result
    return result


def _follow(job_id: str) -> Any:
    """Run the job in a thread and show how far it is; returns the job as it ended."""
    threading.Thread(target=runner.run, args=(job_id,), daemon=True).start()
    screen = Console(stderr=True)
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as bars:
        bar = bars.add_task("Importing", total=1.0)
        while (job := read_job(job_id)).state in JOB_LIVE:
            bars.update(bar, completed=job.progress, description=job.message or "Importing")
            time.sleep(POLL_SECONDS)
    return job


def export_to(project: str, form: str, output: Path | None) -> None:
    """Write an export of the project to a file, or to standard output."""
    parts = export(find_project(project), form, told_url())
    try:
        with output.open("wb") if output else nullcontext(sys.stdout.buffer) as stream:
            for part in parts:
                stream.write(part)
    except OSError as error:
        raise InputError(f"{output or 'standard output'}: {error.strerror}.") from error
