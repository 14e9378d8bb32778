"""A browser that comes back: whichever api process it finds tells it what it has missed, and no more."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import update

from app.core.database import write_session
from app.core.models import Round
from tests.app.api_process import api_process
from tests.app.labelling_factory import Labelling


class Browser:
    """Reads a project's events as `EventSource` does: it says what it heard last when it comes back."""

    def __init__(self, anna: TestClient, labelling: Labelling) -> None:
        self.path = f"/api/v1/projects/{labelling.project_id}/events"
        self.headers = {"Authorization": anna.headers["Authorization"]}

    @contextmanager
    def listening(self, port: int) -> Iterator[Iterator[str]]:
        """Connect to the api at `port`; yield the states of the round as they are told."""
        url = f"http://127.0.0.1:{port}{self.path}"
        with httpx.stream("GET", url, headers=self.headers, timeout=20) as answer:
            assert answer.status_code == 200
            yield self._states(answer)

    def _states(self, answer: httpx.Response) -> Iterator[str]:
        state = ""
        for line in answer.iter_lines():
            field, _, value = line.partition(": ")
            if field == "data":
                state = json.loads(value)["round"]["state"]
            elif field == "id":
                self.headers["Last-Event-ID"] = value
            elif not line and state:
                yield state
                state = ""


def set_state(state: str) -> None:
    with write_session() as session:
        session.execute(update(Round).values(state=state))


@pytest.mark.slow
def test_a_browser_goes_on_at_another_api_process_and_at_a_restarted_one(
    anna: TestClient, labelling: Labelling
) -> None:
    browser = Browser(anna, labelling)
    with api_process() as (first, first_port), api_process() as (_, second_port):
        with browser.listening(first_port) as states:
            assert next(states) == "labelling"
            set_state("finetuning")
            assert next(states) == "finetuning"
            first.kill()
            with pytest.raises(httpx.TransportError):
                next(states)
        with browser.listening(second_port) as states:
            set_state("proposing")
            assert next(states) == "proposing", "what it had was not told again"
    set_state("paused")
    with api_process() as (_, third_port), browser.listening(third_port) as states:
        assert next(states) == "paused", "it hears at once what happened while there was no api"
