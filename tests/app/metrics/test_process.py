"""What a process counts of its own."""

import asyncio

from fastapi.testclient import TestClient

from app.events import streams
from tests.app.events.test_events import following, listener
from tests.app.labelling_factory import Labelling
from tests.app.metrics.scrape import samples

API = "/api/v1"
ANNOTATION = f"{API}/queries/{{query_id}}/annotation"


def test_requests_are_timed_by_template_method_and_status(anna: TestClient, labelling: Labelling) -> None:
    route = f"{API}/rounds/{{round_id}}"
    counted = ("eigenlabel_request_seconds_count", "GET", route)
    before = samples(anna)
    anna.get(f"{API}/rounds/{labelling.round_id}")
    for unknown in ("0" * 32, "1" * 32):
        anna.get(f"{API}/rounds/{unknown}")
    after = samples(anna)
    assert after[*counted, "200"] - before.get((*counted, "200"), 0) == 1
    assert after[*counted, "404"] - before.get((*counted, "404"), 0) == 2
    assert after["eigenlabel_request_seconds_sum", "GET", route, "200"] > 0


def test_no_request_can_make_new_series(anna: TestClient, labelling: Labelling) -> None:
    def probe() -> None:
        for number in range(3):
            anna.get(f"{API}/nothing/{number}")
            anna.get(f"/pages/{number}")
            anna.request(f"BREW{number}", f"{API}/me")
            anna.get(f"{API}/projects/secret-{number}/images?cursor={number}")
            anna.get("/live", headers={"Host": f"{number}.example"})

    samples(anna)  # asking for them is a request as well, which the next answer counts
    probe()
    before = set(samples(anna))
    probe()
    assert set(samples(anna)) == before
    everything = " ".join(word for sample in before for word in sample)
    for told in ("secret-", "BREW", "nothing", ".example", labelling.project_id):
        assert told not in everything


def test_labels_are_counted_once_each_by_what_they_say(
    anna: TestClient, ben: TestClient, labelling: Labelling
) -> None:
    anna.post(f"{API}/rounds/{labelling.round_id}/leases", json={"count": 3})
    first, second, _ = labelling.queries
    label = {"category_id": labelling.categories[0]}
    before = samples(anna)
    for _retry in range(2):
        anna.put(f"{API}/queries/{first}/annotation", json=label, headers={"Idempotency-Key": "k" * 16})
    anna.put(f"{API}/queries/{first}/annotation", json=label)
    anna.put(f"{API}/queries/{second}/annotation", json={"skip": "broken"})
    late = ben.put(f"{API}/queries/{first}/annotation", json={"category_id": labelling.categories[1]})
    assert late.status_code == 409
    after = samples(anna)
    name = "eigenlabel_labels_total"
    grown = {answer: after[name, answer] - before[name, answer] for answer in ("label", "skip", "late")}
    assert grown == {"label": 1, "skip": 1, "late": 1}


def test_open_streams_are_counted(anna: TestClient, labelling: Labelling) -> None:
    async def run() -> None:
        listening = [listener(anna, labelling) for _ in range(3)]
        for stream in listening:
            await following(stream)
        assert (await asyncio.to_thread(samples, anna))["eigenlabel_event_streams",] == 3
        for stream in listening:
            await stream.aclose()
        assert streams.feed().listeners == set()

    asyncio.run(run())
    assert samples(anna)["eigenlabel_event_streams",] == 0
