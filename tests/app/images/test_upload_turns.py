"""Many uploads at once: nobody else waits for them."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from itertools import islice

import httpx
import pytest
from fastapi.testclient import TestClient

from app.images import router, upload_turns
from app.images.records import Tally
from app.images.upload_form import Upload
from tests.app.images.files import new_project, png
from tests.app.live_server import serving

SignIn = Callable[..., TestClient]
MANY = 60
PATIENCE = 60


class Gate:
    """Holds up what stores uploads, and knows of whom how many are being stored."""

    def __init__(self) -> None:
        self.open, self.begun = threading.Event(), threading.Semaphore(0)
        self.running: Counter[str] = Counter()
        self.most: Counter[str] = Counter()
        self._lock = threading.Lock()

    def store(self, upload: Upload) -> Tally:
        with self._lock:
            self.running[upload.created_by] += 1
            self.most[upload.created_by] = max(self.most[upload.created_by], self.running[upload.created_by])
        self.begun.release()
        self.open.wait(PATIENCE)
        with self._lock:
            self.running[upload.created_by] -= 1
        return Tally(created=1)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    gate = Gate()
    monkeypatch.setattr(router, "store_upload", gate.store)
    return gate


@pytest.fixture
def post(client: TestClient, gate: Gate) -> Iterator[Callable[[TestClient, str], httpx.Response]]:
    """Return a function that uploads a file over a real connection, or with no project asks who one is."""
    with serving() as port:

        def send(caller: TestClient, project: str) -> httpx.Response:
            address = f"http://127.0.0.1:{port}/api/v1"
            headers = {"Authorization": caller.headers["authorization"]}
            if not project:
                return httpx.get(f"{address}/me", headers=headers, timeout=PATIENCE / 2)
            files = {"files": ("a.png", png())}
            return httpx.post(
                f"{address}/projects/{project}/images", headers=headers, files=files, timeout=2 * PATIENCE
            )

        yield send
        gate.open.set()


def test_the_uploads_of_one_hold_up_nobody_else(
    client: TestClient, sign_in: SignIn, gate: Gate, post: Callable[[TestClient, str], httpx.Response]
) -> None:
    other = sign_in("otto")
    project, of_other = new_project(client), new_project(other)
    with ThreadPoolExecutor(MANY + 1) as pool:
        try:
            sent = [pool.submit(post, client, project) for _ in range(MANY)]
            assert gate.begun.acquire(timeout=PATIENCE)
            assert post(other, "").status_code == 200, "no request waits for the uploads"
            theirs: Future[httpx.Response] = pool.submit(post, other, of_other)
            assert gate.begun.acquire(timeout=PATIENCE), "another user's upload begins beside the first"
            assert sum(gate.running.values()) == 2
            at_once = as_completed(sent, timeout=PATIENCE)
            refused = [each.result() for each in islice(at_once, MANY - upload_turns.PLACES)]
        finally:
            gate.open.set()
        answers = [each.result() for each in sent]
        assert theirs.result().status_code == 201
    assert set(gate.most.values()) == {1}, "a user's uploads are stored one after another"
    assert {answer.status_code for answer in refused} == {429}, "who has no place waits for nothing"
    assert {int(answer.headers["retry-after"]) for answer in refused} == {upload_turns.RETRY_SECONDS}
    statuses = Counter(answer.status_code for answer in answers)
    assert statuses == {201: upload_turns.PLACES, 429: MANY - upload_turns.PLACES}
    assert post(client, project).status_code == 201, "places are given back"
