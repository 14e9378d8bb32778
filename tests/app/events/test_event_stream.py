"""A stream over a real connection: it comes at once, changes as things change, and ends with the server."""

import json
import threading
from collections.abc import Iterator

import httpx
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.core.database import write_session
from app.core.models import Round
from tests.app.labelling_factory import Labelling
from tests.app.live_server import serving


def told(answer: httpx.Response) -> Iterator[str]:
    """Yield the round's state from each event of a stream."""
    for line in answer.iter_lines():
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))["round"]["state"]


def test_a_browser_hears_of_changes(anna: TestClient, labelling: Labelling) -> None:
    headers = {"Authorization": anna.headers["Authorization"]}
    with serving() as port:
        url = f"http://127.0.0.1:{port}/api/v1/projects/{labelling.project_id}/events"
        with httpx.stream("GET", url, headers=headers, timeout=10) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            states = told(answer)
            assert next(states) == "labelling"
            with write_session() as session:
                session.execute(update(Round).values(state="finetuning"))
            assert next(states) == "finetuning"


def test_a_stream_does_not_hold_up_the_servers_end(anna: TestClient, labelling: Labelling) -> None:
    headers = {"Authorization": anna.headers["Authorization"]}
    listening = threading.Event()
    ended: list[bool] = []

    def listen(port: int) -> None:
        url = f"http://127.0.0.1:{port}/api/v1/projects/{labelling.project_id}/events"
        with httpx.stream("GET", url, headers=headers, timeout=20) as answer:
            listening.set()
            try:
                for _ in answer.iter_lines():
                    pass
            except httpx.RemoteProtocolError:
                pass
            ended.append(True)

    with serving() as port:
        thread = threading.Thread(target=listen, args=(port,))
        thread.start()
        assert listening.wait(10)
    thread.join(10)
    assert ended == [True]
