"""Import jobs, run by the worker itself; and the commands that use them."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pixels
from safetensors.numpy import save
from sqlalchemy import delete, func, select, update

from app.auth.service import ensure_admin
from app.core.config import get_settings
from app.core.database import read_session, write_session
from app.core.models import Annotation, Category, Encoder, Image, Job, Membership, Project, Round, Step
from app.core.storage import get_storage
from tests.worker.conftest import get
from worker.cli.transfer import export_to, import_path
from worker.jobs import imports, runner
from worker.service import demo
from worker.watchdog import CancelledError, Watchdog


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data_directory: Path) -> Path:
    """Return a class folder with six images and a file that is none."""
    root = tmp_path / "photos"
    for number in range(6):
        path = root / ("cat" if number % 2 else "dog") / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Pixels.new("RGB", (40, 30), (40 * number, 90, 120)).save(path)
    (root / "cat" / "notes.txt").write_text("not an image")
    monkeypatch.setenv("EIGENLABEL_IMPORT_ROOTS", f'["{tmp_path}"]')
    get_settings.cache_clear()
    return root


@pytest.fixture
def make_import(make_job: Callable[..., str], folder: Path) -> Callable[..., str]:
    """Return a function that queues an import of the folder and returns the job's id."""

    def make(path: Path = folder, labels: str = "ignore") -> str:
        params = {"source": {"kind": "folder", "path": str(path)}, "split": "pool", "labels": labels}
        return make_job("import", "cpu", params=params | {"new_categories": True})

    return make


def count(model: type[Any]) -> int:
    """Return how many rows there are."""
    with read_session() as session:
        return session.scalars(select(func.count()).select_from(model)).one()


def test_an_import_makes_images_labels_and_a_report(make_import: Callable[..., str]) -> None:
    job_id = make_import(labels="annotate")
    runner.run(job_id)
    job = get(Job, job_id)
    assert (job.state, job.error) == ("done", None)
    assert (job.result["created"], job.result["duplicates"], job.result["rejected_total"]) == (6, 0, 1)
    assert job.result["rejected"][0]["filename"] == "notes.txt"
    assert (count(Image), count(Annotation), count(Category)) == (6, 6, 2)


def test_what_an_import_adds_is_predicted_where_there_is_a_model(
    make_import: Callable[..., str], project: str, evolution: str
) -> None:
    def predicting() -> list[str]:
        with read_session() as session:
            return list(session.scalars(select(Job.state).where(Job.kind == "predict")))

    get_storage().put("steps/s/1/step.safetensors", save({"probabilities": np.ones((1, 1))}))
    get_storage().put("steps/s/1/images.json", json.dumps({"images": ["i"], "categories": ["c"]}).encode())
    runner.run(make_import())
    assert predicting() == []
    with write_session() as session:
        session.execute(delete(Image))
        session.add(Step(round_id=evolution, index=0, state="done", artefacts_key="steps/s/1"))
        session.execute(update(Round).values(state="done"))  # while one runs, images are embedded first
    runner.run(make_import())
    assert predicting() == ["queued"]
    runner.run(make_import())
    assert predicting() == ["queued"], "nothing was added"


def test_an_import_that_runs_again_adds_nothing(make_import: Callable[..., str]) -> None:
    runner.run(make_import())
    again = make_import()
    runner.run(again)
    assert get(Job, again).result["duplicates"] == 6
    assert count(Image) == 6


def test_an_import_from_outside_the_roots_fails_with_the_reason(
    make_import: Callable[..., str],
) -> None:
    job_id = make_import(path=Path("/etc"))
    runner.run(job_id)
    job = get(Job, job_id)
    assert (job.state, job.attempts) == ("failed", 1)
    assert "outside the folders" in job.error


def test_a_cancelled_import_keeps_what_it_has_and_ends(
    make_import: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def cancelled(watchdog: Watchdog, fraction: float, phase: str, message: str) -> None:
        if fraction:
            raise CancelledError

    monkeypatch.setattr(Watchdog, "progress", cancelled)
    job_id = make_import()
    runner.run(job_id)
    assert get(Job, job_id).state == "cancelled"
    assert count(Image) == 6


def test_the_demo_is_seeded_once_with_digit_keys_and_its_jobs_fill_it(
    folder: Path, engine: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write_two(directory: Path) -> None:
        for split, colour in (("pool", "white"), ("test", "black")):
            (directory / split / "7").mkdir(parents=True, exist_ok=True)
            Pixels.new("L", (28, 28), colour).save(directory / split / "7" / "0001.png")

    monkeypatch.setattr(imports, "write_digits", write_two)
    with write_session() as session:
        ensure_admin(session)
    assert [demo.seed(), demo.seed()] == [True, False]
    assert (count(Project), count(Membership), count(Encoder), count(Job)) == (1, 1, 2, 5)
    with read_session() as session:
        keys = session.scalars(select(Category.shortcut).order_by(Category.position)).all()
        job_ids = session.scalars(select(Job.id).where(Job.kind == "import")).all()
    assert keys == list("0123456789")
    for job_id in job_ids:
        runner.run(job_id)
    with read_session() as session:
        images = session.execute(select(Image.split, Image.filename).order_by(Image.split)).all()
    assert images == [("pool", "0001.png"), ("test", "0001.png")], "file names do not tell the digit"


def test_the_commands_import_a_zip_and_export_what_is_known(
    folder: Path, project: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with write_session() as session:
        admin = ensure_admin(session)
        assert admin is not None
        session.add(Membership(project_id=project, user_id=admin.id, role="owner"))
    archive = tmp_path / "photos.zip"
    with zipfile.ZipFile(archive, "w") as file:
        for path in folder.rglob("*.png"):
            file.write(path, path.relative_to(folder))
    assert import_path("digits", archive, "pool", "annotate")["created"] == 6
    export_to(project, "csv", tmp_path / "labels.csv")
    lines = (tmp_path / "labels.csv").read_text().splitlines()
    assert len(lines) == 7
    assert sum(",cat,imported," in line for line in lines) == 3
    monkeypatch.setenv("EIGENLABEL_PUBLIC_URL", "https://labels.example.org/")
    get_settings.cache_clear()
    export_to("digits", "labelstudio", tmp_path / "tasks.json")
    assert (tmp_path / "tasks.json").read_text().count("https://labels.example.org/api/v1/images/") == 6
    export_to("digits", "labelstudio-config", tmp_path / "config.xml")
    assert '<Choice value="cat" />' in (tmp_path / "config.xml").read_text()
    export_to("digits", "imagefolder", tmp_path / "labels.zip")
    with zipfile.ZipFile(tmp_path / "labels.zip") as file:
        assert sum(name.startswith("train/dog/") for name in file.namelist()) == 3
