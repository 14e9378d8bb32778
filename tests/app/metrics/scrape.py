"""Reading `/metrics` as Prometheus does."""

from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

LOCAL = ("127.0.0.1", 50_000)


def samples(client: TestClient) -> dict[tuple[str, ...], float]:
    """Return every sample of a scrape from this machine: its value by its name and its labels' values."""
    answer = TestClient(client.app, client=LOCAL).get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }
