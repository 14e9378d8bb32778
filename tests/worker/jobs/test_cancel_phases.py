"""Cancel at every phase of a job (T39): one end at once, the child let go, the next job runs.

"At once" is no number of seconds here: it is when the watchdog next looks, before another phase. How long
that takes on a running service is in `tests/service/test_faults.py`.
"""

import io
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from fastapi.testclient import TestClient
from PIL import Image as Picture

from app.core.models import Job, Source
from tests.worker.conftest import add, get
from worker import watchdog
from worker.child.model_process import ModelProcess
from worker.child.warm_child import WarmChild
from worker.jobs import pretraining, runner, shared_child, steps

pytestmark = pytest.mark.only("sqlite", "how a child is let go meets no database")
API, COLOURS = "/api/v1", {"red": (200, 40, 40), "green": (40, 180, 60)}
PRETRAIN = {"mode": "vup", "backbone": "resnet_small", "image_size": 16, "batch_size": 64, "epochs": 50}
PRETRAIN |= {"checkpoint_steps": 3}


class Cancelling:
    """Asks once for the end of a job, when a test chooses; `later` are the phases that came afterwards."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        self._ask, self.asked = ask, False
        self.later: list[str] = []

    def ask(self) -> None:
        """Ask for the end, unless it has been asked for."""
        if not self.asked:
            self.asked = True
            self._ask()

    def ask_in_phase(self, monkeypatch: pytest.MonkeyPatch, phase: str) -> None:
        """Ask when `phase` is first told of and hold the job there; keeps the phases that come later."""
        tell = watchdog.Watchdog.progress

        def progress(watching: watchdog.Watchdog, fraction: float, name: str, message: str) -> None:
            if self.asked:
                self.later.append(name)
            elif name == phase:
                self.ask()
                wait_for_the_end(watching)
            tell(watching, fraction, name, message)

        monkeypatch.setattr(watchdog.Watchdog, "progress", progress)

    def ask_before(self, monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
        """Ask before the function `name` of `module` is called."""
        function = getattr(module, name)

        def call(*arguments: Any) -> Any:
            self.ask()
            return function(*arguments)

        monkeypatch.setattr(module, name, call)


def wait_for_the_end(watching: watchdog.Watchdog) -> NoReturn:
    """Hold the job where it is until its watchdog stops it."""
    while True:
        watching.check()
        time.sleep(0.01)


@pytest.fixture(scope="module")
def children() -> Iterator[list[WarmChild]]:
    """Return real children, which tests of this module share; they end with it.

    That of pretrainings is as quick as the other here: on a busy machine it would yield to everything else.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pretraining, "child", WarmChild(lasting=False))
        yield [shared_child.child, pretraining.child]
        for child in (shared_child.child, pretraining.child):
            child.stop()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch, children: list[WarmChild]) -> list[ModelProcess]:
    """Return the model processes that were given work since."""
    given: list[ModelProcess] = []
    ask = ModelProcess.ask

    def remember(process: ModelProcess, operation: str, request: str) -> None:
        given.append(process)
        ask(process, operation, request)

    monkeypatch.setattr(ModelProcess, "ask", remember)
    return given


@pytest.fixture
def admin(sign_in: Callable[..., TestClient], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    """Return a client that may import a folder of images."""
    monkeypatch.setenv("EIGENLABEL_IMPORT_ROOTS", f'["{tmp_path}"]')
    from app.core.config import get_settings  # noqa: PLC0415

    get_settings.cache_clear()
    return sign_in("ada", "admin")


def picture(colour: tuple[int, int, int], number: int) -> bytes:
    """Return a PNG of about this colour."""
    buffer = io.BytesIO()
    Picture.new("RGB", (40, 40), tuple(part + number for part in colour)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def project(admin: TestClient) -> str:
    """Return a project of two categories with thirty images, one of each labelled."""
    made = admin.post(f"{API}/projects", json={"name": "Colours", "categories": list(COLOURS)}).json()
    files = [
        ("files", (f"{name}-{number}.png", picture(colour, number)))
        for number in range(15)
        for name, colour in COLOURS.items()
    ]
    url = f"{API}/projects/{made['id']}/images"
    assert admin.post(url, files=files, data={"split": "pool"}).json()["created"] == 30
    ids = {category["name"]: category["id"] for category in made["categories"]}
    for image in admin.get(url).json()["items"][:2]:
        body = {"category_id": ids[image["filename"].split("-")[0]]}
        assert admin.put(f"{API}/images/{image['id']}/annotation", json=body).status_code == 200
    return str(made["id"])


@pytest.fixture
def encoder(admin: TestClient, project: str) -> str:
    """Return a prepared encoder, the smallest that is real."""
    spec = {"kind": "timm", "name": "test_efficientnet", "pretrained": False, "image_size": 32}
    made = admin.post(f"{API}/projects/{project}/encoders", json={"name": "e", "encoder": spec}).json()
    runner.run(made["job_id"])
    assert get(Job, made["job_id"]).state == "done"
    return str(made["id"])


def start_round(admin: TestClient, project: str, encoder: str) -> dict[str, Any]:
    """Return a round whose start job waits."""
    body = {"config": {"encoder_id": encoder, "schedule": [1]}}
    answer = admin.post(f"{API}/projects/{project}/rounds", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def ends(job_id: str, cancelling: Cancelling) -> str:
    """Run the job; returns its one end, which has to come before another phase begins."""
    thread = threading.Thread(target=runner.run, args=(job_id,), daemon=True)
    thread.start()
    thread.join(120)
    assert not thread.is_alive()
    assert cancelling.asked, "the phase was never reached"
    assert cancelling.later == []
    ended = get(Job, job_id)
    runner.run(job_id)
    assert get(Job, job_id).finished_at == ended.finished_at is not None
    return str(ended.state)


@pytest.mark.parametrize(
    "phase", ["queued", "embedding", "finding neighbours", "finetuning", "proposing", "storing"]
)
def test_a_round(  # noqa: PLR0917  (fixtures)
    admin: TestClient,
    project: str,
    encoder: str,
    started: list[ModelProcess],
    monkeypatch: pytest.MonkeyPatch,
    phase: str,
) -> None:
    evolution = start_round(admin, project, encoder)
    started.clear()
    cancelling = Cancelling(lambda: admin.post(f"{API}/rounds/{evolution['id']}/cancel").raise_for_status())
    with monkeypatch.context() as patch:
        if phase == "queued":
            cancelling.ask()
        elif phase == "storing":
            cancelling.ask_before(patch, steps, "save_step")
        else:
            cancelling.ask_in_phase(patch, phase)
        assert ends(evolution["job_id"], cancelling) == "cancelled"
    assert admin.get(f"{API}/rounds/{evolution['id']}").json()["state"] == "cancelled"
    assert [process.alive for process in started] == {"queued": [], "storing": [True]}.get(phase, [False])
    following = start_round(admin, project, encoder)
    runner.run(following["job_id"])
    assert admin.get(f"{API}/rounds/{following['id']}").json()["state"] == "labelling"


@pytest.mark.parametrize("phase", ["waiting", "decoding", "pretraining", "checkpointing"])
def test_a_pretraining(
    admin: TestClient, project: str, started: list[ModelProcess], monkeypatch: pytest.MonkeyPatch, phase: str
) -> None:
    source = add(Source(name="d", kind="dataset", params={"name": "digits-8x8"}, state="ready", images=1797))
    importing = {"kind": "import", "queue": "cpu", "project_id": project}
    body = {"name": "p", "encoder": {"kind": "pretrain", "config": PRETRAIN | {"source_id": source}}}
    if phase == "waiting":
        body["encoder"]["config"] |= {"mode": "tup"}
        add(Job(**importing))
    made = admin.post(f"{API}/projects/{project}/encoders", json=body).json()
    cancelling = Cancelling(lambda: admin.post(f"{API}/jobs/{made['job_id']}/cancel").raise_for_status())
    with monkeypatch.context() as patch:
        if phase == "checkpointing":
            cancelling.ask_before(patch, pretraining, "save_checkpoint")
        else:
            cancelling.ask_in_phase(patch, phase)
        assert ends(made["job_id"], cancelling) == "cancelled"
    encoder = admin.get(f"{API}/encoders/{made['id']}").json()
    assert (encoder["state"], encoder["error"]) == ("cancelled", "Cancelled.")
    assert not any(process.alive for process in started)
    assert len(started) == (phase != "waiting")


@pytest.mark.parametrize("phase", ["reading", "importing"])
def test_an_import(
    admin: TestClient, project: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, phase: str
) -> None:
    folder = tmp_path / "images"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.png").write_bytes(picture((10, 20, 200), number))
    body = {"source": {"kind": "folder", "path": str(folder)}, "split": "pool"}
    job_id = admin.post(f"{API}/projects/{project}/imports", json=body).json()["id"]
    cancelling = Cancelling(lambda: admin.post(f"{API}/jobs/{job_id}/cancel").raise_for_status())
    with monkeypatch.context() as patch:
        cancelling.ask_in_phase(patch, phase)
        assert ends(job_id, cancelling) == "cancelled"
    counts = admin.get(f"{API}/projects/{project}").json()["counts"]
    assert counts["pool"] == 30 + (3 if phase == "importing" else 0)
    following = admin.post(f"{API}/projects/{project}/imports", json=body).json()["id"]
    runner.run(following)
    assert admin.get(f"{API}/projects/{project}").json()["counts"]["pool"] == 33
