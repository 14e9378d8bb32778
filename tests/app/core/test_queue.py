"""The connection to the broker: how long a worker may take to notice that it is back."""

import pytest
from kombu.exceptions import OperationalError

from app.core import queue
from tests.servers.ports import free_port


@pytest.mark.usefixtures("data_directory")
def test_a_broker_that_is_away_is_looked_for_at_a_steady_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "RECONNECT_SECONDS", 0.01)
    pauses: list[float] = []
    connection = queue.get_celery().connection_for_read(f"redis://127.0.0.1:{free_port()}/0")
    with pytest.raises(OperationalError):
        connection.ensure_connection(lambda _error, pause: pauses.append(pause), max_retries=20)
    assert len(pauses) >= 20
    assert max(pauses) == pytest.approx(min(pauses)) == 0.01
