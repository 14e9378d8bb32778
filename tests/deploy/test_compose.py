"""What docker-compose.yml promises: nobody is root, writes where they need not, or is reachable unasked."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.core.config import Settings
from worker.service.serve import QUEUES

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = ("migrate", "api", "cpu-worker", "model-worker", "gpu-worker")
STATEFUL = ("database", "queue", "store")
ONE_SHOT = "migrate"
INSIDE = {"EIGENLABEL_DATA"}
"""What nobody sets: where volumes are mounted."""

every_service = pytest.mark.parametrize("name", SERVICES)


@every_service
def test_a_service_is_confined(name: str) -> None:
    service = SERVICES[name]
    user, _, group = service["user"].partition(":")
    assert int(user) > 0
    assert int(group) > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert any(each.split(":")[0] == "/tmp" for each in service["tmpfs"])
    assert "memory" in service["deploy"]["resources"]["limits"]
    assert 0 < service["pids_limit"] <= 4096
    for forbidden in ("privileged", "cap_add", "network_mode", "pid", "devices"):
        assert forbidden not in service


@every_service
def test_a_service_is_watched_and_waits_for_what_it_needs(name: str) -> None:
    service = SERVICES[name]
    if name == ONE_SHOT:
        assert service["healthcheck"] == {"disable": True}
    else:
        assert service["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
        assert {"interval", "timeout", "retries"} <= set(service["healthcheck"])
    if name in OURS:
        waits = {other: each["condition"] for other, each in service["depends_on"].items()}
        if name == ONE_SHOT:
            assert waits == {"database": "service_healthy"}
            assert service["depends_on"]["database"]["required"] is False
        else:
            healthy = dict.fromkeys(STATEFUL, "service_healthy")
            assert waits == {**healthy, ONE_SHOT: "service_completed_successfully"}
            assert not any(service["depends_on"][other]["required"] for other in STATEFUL)


def test_only_the_api_is_published_and_on_this_machine_only() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["api"]
    (port,) = SERVICES["api"]["ports"]
    assert port == "${EIGENLABEL_ADDRESS:-127.0.0.1}:${EIGENLABEL_PORT:-8400}:8400"
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in STATEFUL:
        assert SERVICES[name]["networks"] == ["inside"]


@every_service
def test_secrets_come_from_files_only(name: str) -> None:
    service = SERVICES[name]
    assert set(service["secrets"]) <= set(COMPOSE["secrets"])
    for variable, value in service.get("environment", {}).items():
        if variable.endswith("_FILE"):
            assert value.startswith("/run/secrets/")
            assert Path(value).name in service["secrets"]
        elif variable not in {"EIGENLABEL_STORAGE_URL", "EIGENLABEL_PUBLIC_URL"}:
            assert not re.search("PASSWORD|SECRET|ACCESS_KEY|_URL", variable), variable
    for secret in service["secrets"]:
        assert COMPOSE["secrets"][secret]["file"] == f"deploy/secrets/{secret}"


@pytest.mark.parametrize("name", OURS)
def test_every_variable_is_a_setting(name: str) -> None:
    for variable in SERVICES[name]["environment"]:
        setting = variable.removeprefix("EIGENLABEL_").removesuffix("_FILE").lower()
        assert setting in Settings.model_fields, variable


def test_what_is_set_beside_the_file_reaches_the_api(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "EIGENLABEL_HOST": "labels.example,192.168.1.20",
        "EIGENLABEL_TRUSTED_PROXIES": "172.16.0.0/12",
        "EIGENLABEL_PUBLIC_URL": "https://labels.example/labels",
        "EIGENLABEL_ROOT_PATH": "/labels",
    }
    lan = {"EIGENLABEL_ALLOWED_HOSTS": "box,192.168.1.20"}
    for values in (given, lan, given | lan, {}):
        for name, value in SERVICES["api"]["environment"].items():
            if not name.endswith("_FILE"):
                monkeypatch.setenv(name, interpolated(value, values))
        settings = Settings()
        assert settings.import_roots == [Path("/imports")]
        names = values.get("EIGENLABEL_HOST", "localhost")
        assert settings.allowed_hosts == values.get("EIGENLABEL_ALLOWED_HOSTS", names).split(",")
        assert ",".join(settings.trusted_proxies) == values.get("EIGENLABEL_TRUSTED_PROXIES", "")
        assert settings.public_url == values.get("EIGENLABEL_PUBLIC_URL", "")
        assert settings.root_path == values.get("EIGENLABEL_ROOT_PATH", "")


@pytest.mark.parametrize("name", OURS)
def test_no_setting_beside_the_file_is_overwritten(name: str) -> None:
    """What is written in `environment` wins over `.env`, so that it has to ask for the same variable."""
    for variable, value in SERVICES[name]["environment"].items():
        if not variable.endswith("_FILE") and variable not in INSIDE:
            assert interpolated(value, {variable: "as told"}) == "as told", variable


def test_every_setting_that_the_page_on_operations_names_is_read() -> None:
    page = (ROOT / "docs" / "operations.md").read_text()
    table = page.partition("### Settings")[2].partition("###")[0]
    read = (ROOT / "docker-compose.yml").read_text()
    named = re.findall(r"`(EIGENLABEL_\w+)`", "".join(re.findall(r"^\| `.*?\|", table, re.MULTILINE)))
    assert {"EIGENLABEL_PORT", "EIGENLABEL_ALLOWED_HOSTS"} <= set(named)
    assert [each for each in named if f"${{{each}" not in read] == []


def interpolated(value: str, given: dict[str, str]) -> str:
    """Return a value of the file as Compose fills it in; a default may ask for another variable."""
    innermost = re.compile(r"\$\{(\w+):?-([^${}]*)\}")
    while innermost.search(value):
        value = innermost.sub(lambda found: given.get(found[1]) or found[2], value)
    return value


def test_each_profile_serves_every_queue_once() -> None:
    for profile in ("cpu", "gpu"):
        running = [each for each in SERVICES.values() if profile in each.get("profiles", [profile])]
        workers = [each["command"] for each in running if each.get("command", [""])[0] == "worker"]
        served = [queue for command in workers for queue in command[2].split(",")]
        assert sorted(served) == sorted(QUEUES)
        for each in running:
            if each.get("command", [""])[0] == "worker":
                assert each["healthcheck"]["test"] == [
                    "CMD",
                    "eigenlabel",
                    "worker-alive",
                    *each["command"][1:],
                ]


def test_only_the_gpu_worker_reserves_a_device() -> None:
    reserving = {
        name: service["deploy"]["resources"]["reservations"]["devices"]
        for name, service in SERVICES.items()
        if "reservations" in service["deploy"]["resources"]
    }
    assert reserving == {"gpu-worker": [{"driver": "nvidia", "count": 1, "capabilities": ["gpu"]}]}
    assert SERVICES["gpu-worker"]["build"]["args"] == {"TORCH": "cuda"}
    assert SERVICES["model-worker"]["build"]["args"]["TORCH"] == "cpu"
    assert SERVICES["gpu-worker"]["image"] != SERVICES["model-worker"]["image"]


def test_what_must_last_is_in_named_volumes_and_the_api_has_none() -> None:
    for name in ("database", "store"):
        (volume,) = SERVICES[name]["volumes"]
        assert volume.split(":")[0] in COMPOSE["volumes"]
    places = {volume.partition(":/")[2] for volume in SERVICES["api"]["volumes"]}
    assert places == {"imports:ro", "backups"}
    assert any(each.startswith("/data:") for each in SERVICES["api"]["tmpfs"])


@every_service
def test_images_have_versions(name: str) -> None:
    image = SERVICES[name]["image"]
    assert "build" in SERVICES[name] or re.search(r":\d+(\.\d+)*$", image), image


@pytest.mark.parametrize("name", OURS)
def test_every_setting_beside_the_file_reaches_a_container(name: str) -> None:
    assert SERVICES[name]["env_file"] == [{"path": ".env", "required": False}]


@pytest.mark.parametrize("name", STATEFUL)
def test_a_service_can_be_left_out(name: str) -> None:
    """Its profile is never on, nobody requires it; the migration reaches a database elsewhere too."""
    beside = yaml.safe_load((ROOT / f"deploy/without-{name}.yml").read_text())["services"]
    assert beside.pop(name) == {"profiles": ["elsewhere"]}
    assert beside == ({"migrate": {"networks": ["inside", "outside"]}} if name == "database" else {})


def test_the_images_of_api_and_workers_differ() -> None:
    targets = {name: (SERVICES[name]["image"], SERVICES[name]["build"]["target"]) for name in OURS}
    assert targets["migrate"] == targets["api"] == ("eigenlabel:api", "api")
    assert targets["cpu-worker"] == targets["model-worker"] == ("eigenlabel:cpu", "worker")
    assert targets["gpu-worker"] == ("eigenlabel:gpu", "worker")
