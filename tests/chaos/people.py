"""Annotators who know every digit; like the browser they send again what was not answered."""

import itertools
import random
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx
from sqlalchemy import Engine

from app.core.identifiers import new_id
from app.core.models import ApiToken, Membership, User
from app.core.security import new_token, token_hash
from benchmarks.label_seed import add
from tests.service.oracle import digit_of

FIRST_WAIT, LONGEST_WAIT = 0.1, 2.0
GIVE_UP_SECONDS = 240.0
LOOKING_SECONDS = (0.1, 0.5)
AT_ONCE = 2


class Persistent(httpx.BaseTransport):
    """Sends every request until it is answered, by one of the api processes at `urls`."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._transport = httpx.HTTPTransport()
        self._addresses = itertools.cycle([httpx.URL(url) for url in urls])
        self._address = next(self._addresses)
        self.retries = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Return the first answer that is no server error; TransportError where there is none for minutes."""
        deadline, wait = time.monotonic() + GIVE_UP_SECONDS, FIRST_WAIT
        while True:
            request.url = request.url.copy_with(host=self._address.host, port=self._address.port)
            try:
                answer = self._transport.handle_request(request)
                answer.read()
                if not answer.is_server_error:
                    return answer
                reason = f"{answer.status_code} {answer.text}"
            except httpx.TransportError as error:
                reason = str(error)
            if time.monotonic() > deadline:
                raise httpx.TransportError(f"{request.url}: {reason}")
            self.retries += 1
            self._address = next(self._addresses)
            time.sleep(wait)
            wait = min(2 * wait, LONGEST_WAIT)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()


def persistent_client(urls: Sequence[str], token: str) -> tuple[httpx.Client, Persistent]:
    """Return a client that does not give up, signed in by `token`, and what counts its retries."""
    transport = Persistent(urls)
    headers = {"Authorization": f"Bearer {token}"}
    base = f"{urls[0]}/api/v1"
    return httpx.Client(base_url=base, headers=headers, timeout=30, transport=transport), transport


@dataclass
class Annotator:
    """One of the people; `acknowledged` holds the category id of each query whose answer was taken."""

    user_id: str
    api: httpx.Client
    transport: Persistent
    chance: random.Random
    acknowledged: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)

    def label(self, round_id: str, categories: dict[str, str], over: threading.Event) -> None:
        """Label what is handed out until the round has ended or `over` is set."""
        while not over.is_set():
            answer = self.api.post(f"/rounds/{round_id}/leases", json={"count": AT_ONCE})
            leased = answer.raise_for_status().json()
            if leased["waiting_for"] == "finished":
                return
            for item in leased["items"]:
                time.sleep(self.chance.uniform(*LOOKING_SECONDS))
                self.answer(item["query_id"], categories[digit_of(item["image"]["filename"])])
            if not leased["items"]:
                time.sleep(0.2)

    def answer(self, query_id: str, category_id: str) -> None:
        """Give an answer once, however often it has to be sent."""
        path, key = f"/queries/{query_id}/annotation", uuid.UUID(int=self.chance.getrandbits(128)).hex
        answer = self.api.put(path, json={"category_id": category_id}, headers={"Idempotency-Key": key})
        if answer.is_success:
            self.acknowledged[query_id] = category_id
        else:
            self.refused.append(f"{answer.status_code} {answer.text}")


def hire(engine: Engine, urls: Sequence[str], count: int, seed: int) -> list[Annotator]:
    """Return `count` new users with a token each; the first address of each is another one in turn."""
    people, tokens = [new_id() for _ in range(count)], [new_token("el") for _ in range(count)]
    add(engine, User, [{"id": user_id, "name": f"person-{user_id}"} for user_id in people])
    rows = [
        {"user_id": user_id, "name": "chaos", "token_hash": token_hash(token)}
        for user_id, token in zip(people, tokens, strict=True)
    ]
    add(engine, ApiToken, rows)
    turned = [[*urls[number % len(urls) :], *urls[: number % len(urls)]] for number in range(count)]
    return [
        Annotator(user_id, *persistent_client(addresses, token), random.Random(f"{seed}-{number}"))
        for number, (user_id, token, addresses) in enumerate(zip(people, tokens, turned, strict=True))
    ]


def join(engine: Engine, people: Sequence[Annotator], project_id: str) -> None:
    """Make them annotators of the project."""
    rows = [{"project_id": project_id, "user_id": each.user_id, "role": "annotator"} for each in people]
    add(engine, Membership, rows)
