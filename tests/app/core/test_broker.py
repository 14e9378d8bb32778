"""The embedded broker: messages arrive once, whole and in order, and a broken one harms nobody."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from app.core.queue import broker_options


@pytest.fixture
def connection(data_directory: Path) -> Connection:
    return Connection("filesystem://localhost/", transport_options=broker_options())


def messages(connection: Connection) -> Path:
    """Return the folder of the messages."""
    return Path(connection.transport_options["data_folder_in"])


def test_messages_come_in_the_order_they_were_sent(connection: Connection) -> None:
    channel = connection.channel()
    for number in range(20):
        channel._put("gpu", {"number": number})
    assert [channel._get("gpu")["number"] for _message in range(20)] == list(range(20))
    with pytest.raises(Empty):
        channel._get("gpu")


def test_each_queue_gets_its_own_messages(connection: Connection) -> None:
    channel = connection.channel()
    channel._put("gpu", {"queue": "gpu"})
    channel._put("cpu", {"queue": "cpu"})
    assert channel._get("cpu") == {"queue": "cpu"}
    assert channel._get("gpu") == {"queue": "gpu"}


def test_a_message_is_taken_by_one_of_many_readers(connection: Connection) -> None:
    channel = connection.channel()
    for number in range(60):
        channel._put("gpu", {"number": number})

    def drain(_reader: int) -> list[int]:
        taken = []
        while True:
            try:
                taken.append(channel._get("gpu")["number"])
            except Empty:
                return taken

    with ThreadPoolExecutor(6) as pool:
        taken = [number for numbers in pool.map(drain, range(6)) for number in numbers]
    assert sorted(taken) == list(range(60))


@pytest.mark.parametrize("content", [b"", b"\x80\x04\x95pickle", b"[1, 2]"])
def test_a_file_that_is_no_message_is_dropped(connection: Connection, content: bytes) -> None:
    channel = connection.channel()
    (messages(connection) / "00_forged.gpu.msg").write_bytes(content)
    channel._put("gpu", {"number": 1})
    assert channel._get("gpu") == {"number": 1}
    assert list(messages(connection).iterdir()) == []


def test_a_message_being_written_is_not_seen(connection: Connection) -> None:
    channel = connection.channel()
    (messages(connection) / ".0_half.gpu.msg").write_text('{"half": ')
    with pytest.raises(Empty):
        channel._get("gpu")
