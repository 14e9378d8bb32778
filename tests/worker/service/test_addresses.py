"""What people are told of where the service listens, and the names that it answers under."""

import pytest

from app.core.config import get_settings
from worker.service import addresses
from worker.service.addresses import Listening


@pytest.fixture
def hosts(data_directory: object, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Return what sets variables, on a machine whose address is 192.168.1.20, or fd00::20."""
    own = {False: ["192.168.1.20"], True: ["[fd00::20]"]}
    monkeypatch.setattr(addresses, "own_addresses", lambda host: own[":" in host])
    monkeypatch.setenv("EIGENLABEL_ALLOWED_HOSTS", "")
    get_settings.cache_clear()
    return monkeypatch


@pytest.mark.parametrize(
    ("host", "allowed", "url", "answers"),
    [
        ("127.0.0.1", "", "http://127.0.0.1:9000", ["127.0.0.1"]),
        ("::1", "", "http://[::1]:9000", ["[::1]"]),
        ("192.168.1.7", "labels.example", "http://192.168.1.7:9000", ["labels.example", "192.168.1.7"]),
        ("0.0.0.0", "", "http://192.168.1.20:9000", ["192.168.1.20"]),
        ("::", "", "http://[fd00::20]:9000", ["[fd00::20]"]),
        (
            "0.0.0.0",
            "localhost,labels.example",
            "http://labels.example:9000",
            ["localhost", "labels.example"],
        ),
        ("0.0.0.0", "*", "http://192.168.1.20:9000", ["*"]),
        ("0.0.0.0", "localhost", "http://127.0.0.1:9000", ["localhost"]),
    ],
)
def test_the_address_that_is_told_is_one_that_answers(
    hosts: pytest.MonkeyPatch, host: str, allowed: str, url: str, answers: list[str]
) -> None:
    hosts.setenv("EIGENLABEL_ALLOWED_HOSTS", allowed)
    get_settings.cache_clear()
    listening = Listening(host, 9000)
    listening.allow()
    assert listening.url == url
    assert get_settings().allowed_hosts == answers


def test_the_service_asks_itself_where_it_listens() -> None:
    probes = {host: Listening(host, 9).probe_url for host in ("0.0.0.0", "::", "localhost", "10.0.0.7")}
    assert probes == {
        "0.0.0.0": "http://127.0.0.1:9",
        "::": "http://[::1]:9",
        "localhost": "http://localhost:9",
        "10.0.0.7": "http://10.0.0.7:9",
    }


def test_the_public_url_goes_before_all(hosts: pytest.MonkeyPatch) -> None:
    hosts.setenv("EIGENLABEL_PUBLIC_URL", "https://tools.example/labels")
    get_settings.cache_clear()
    assert Listening("0.0.0.0", 9000).url == "https://tools.example/labels"
