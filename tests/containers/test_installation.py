"""From nothing to an installation, a round, kills, backup, loss, restore and upgrade, by the page.

The tests build on each other and run in this order.
"""

import os
import shutil
import signal
import time
from pathlib import Path

import pytest

from tests.containers.installation import PASSWORD, SERVICES, Installation
from tests.service.conftest import write_digits
from tests.service.journey import Journey
from tests.service.oracle import Oracle

pytestmark = pytest.mark.timeout(1800)
OURS = ("api", "cpu-worker", "model-worker")
API_IMAGE_BYTES = 450 * 1024**2


def kill(*pids: int, seconds: float = 30) -> None:
    """Kill processes and wait until they are gone, so that what answers after is something new."""
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + seconds
    while staying := [pid for pid in pids if Path(f"/proc/{pid}").exists()]:
        assert time.monotonic() < deadline, staying
        time.sleep(0.1)


def test_the_page_leads_from_nothing_to_a_running_installation(installation: Installation) -> None:
    shutil.rmtree(installation.checkout, ignore_errors=True)
    installation.follow(
        "From nothing to a running installation", words=f"{PASSWORD}\n", folder=installation.scratch
    )
    installation.wait_until_ready()
    assert installation.client().get("/me").json()["name"] == "olga"


def test_the_api_image_is_small_and_has_no_torch(installation: Installation) -> None:
    sizes = {
        name: int(installation.run(f"docker image inspect --format '{{{{.Size}}}}' eigenlabel:{name}"))
        for name in ("api", "cpu")
    }
    assert sizes["api"] < API_IMAGE_BYTES, {name: f"{size / 1e6:.0f} MB" for name, size in sizes.items()}
    found = "import importlib.util as u; print([n for n in ('torch', 'timm', 'faiss') if u.find_spec(n)])"
    assert installation.compose("exec", "api", "python", "-c", f'"{found}"').strip() == "[]"
    built = installation.compose(
        "exec", "model-worker", "python", "-c", "'import torch; print(torch.version.cuda)'"
    )
    assert built.strip() == "None"


def test_what_leaves_the_containers_is_what_was_shown(installation: Installation) -> None:
    write_digits(installation.checkout / "imports", 5, 3)
    installation.run("chmod -R a+rX imports")
    journey = Journey.begin(installation.client(), "/imports", patience=300)
    journey.play([1, 1])
    shown = journey.check()
    assert (shown["index"], shown["labels"], shown["accuracy"]["images"]) == (2, 30, 30)


def test_imports_that_the_container_may_not_read_are_told_with_its_user(installation: Installation) -> None:
    closed = installation.checkout / "imports" / "closed"
    closed.mkdir(mode=0o700)
    oracle = Oracle(
        installation.client(), project=installation.client().get("/projects").json()["items"][0]["id"]
    )
    body = {"source": {"kind": "folder", "path": "/imports/closed/below"}, "split": "pool"}
    answer = oracle.api.post(f"/projects/{oracle.project}/imports", json=body)
    assert answer.status_code == 422
    assert "user 10001" in answer.json()["detail"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_confined_and_tells_no_secret(installation: Installation, service: str) -> None:
    told = str(installation.inspect(service)) + installation.compose("logs", service)
    pids = list(installation.programs(service))
    for pid in pids:
        status = Path(f"/proc/{pid}/status").read_text()
        fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
        assert "0" not in fields["Uid"].split()
        assert int(fields["CapBnd"], 16) == 0
        assert fields["NoNewPrivs"] == "1"
        mounts = [line.split() for line in Path(f"/proc/{pid}/mounts").read_text().splitlines()]
        assert [mount[3].split(",")[0] for mount in mounts if mount[1] == "/"][-1] == "ro"
        told += Path(f"/proc/{pid}/cmdline").read_text()
        if service in OURS:
            told += Path(f"/proc/{pid}/environ").read_text()
    assert pids
    assert [name for name, secret in installation.secrets().items() if secret in told] == []
    assert installation.inspect(service)["HostConfig"]["PidsLimit"] > 0


@pytest.mark.parametrize("service", ["database", "queue", "store"])
def test_what_lies_inside_has_no_way_out(installation: Installation, service: str) -> None:
    pid = next(installation.programs(service))
    routes = [line.split() for line in Path(f"/proc/{pid}/net/route").read_text().splitlines()[1:]]
    assert [route for route in routes if route[1] == "00000000"] == []


def test_settings_of_the_env_file_reach_every_container(installation: Installation) -> None:
    with (installation.checkout / ".env").open("a") as file:
        file.write("EIGENLABEL_MAX_UPLOAD_FILES=7\nEIGENLABEL_WORKER_SILENCE_SECONDS=90\n")
    installation.compose("up", "--detach")
    installation.wait_until_ready()
    for service in OURS:
        told = installation.compose("exec", service, "env")
        assert {"EIGENLABEL_MAX_UPLOAD_FILES=7", "EIGENLABEL_WORKER_SILENCE_SECONDS=90"} <= set(told.split())


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_killed_comes_back(installation: Installation, service: str) -> None:
    _, program, *_ = installation.programs(service)
    kill(program)
    installation.wait_until_ready()


def test_everything_comes_back_that_is_killed_at_once(installation: Installation) -> None:
    before = installation.counts()
    kill(*[next(installation.programs(service)) for service in SERVICES])  # the init above each program
    installation.wait_until_ready()
    assert installation.counts() == before


def test_everything_is_there_after_down_and_up(installation: Installation) -> None:
    before = installation.counts()
    installation.compose("down")
    installation.compose("up", "--detach")
    installation.wait_until_ready()
    assert installation.counts() == before


def test_a_backup_is_restored_after_everything_is_lost(installation: Installation) -> None:
    before = installation.counts()
    installation.follow("Back up the containers")
    installation.compose("down", "--volumes")
    installation.follow("Restore the containers")
    installation.wait_until_ready()
    assert {name: count for name, count in installation.counts().items() if name != "browser_sessions"} == {
        name: count for name, count in before.items() if name != "browser_sessions"
    }
    assert installation.client().get("/me").json()["name"] == "olga", "tokens work on"


def test_an_upgrade_of_what_an_older_release_left(installation: Installation) -> None:
    """Before 6969b5a a worker's mark was a file; the volume carries it along."""
    before = installation.counts()
    left = "rm -rf /data/work/alive && mkdir -p /data/work/alive && touch /data/work/alive/gpu"
    installation.compose("stop", "model-worker")
    installation.compose("run", "--rm", "--no-deps", "--entrypoint", "sh", "model-worker", "-c", f"'{left}'")
    installation.follow("Upgrade the containers")
    installation.wait_until_ready()
    assert installation.counts() == before
    oracle = Oracle(installation.client())
    oracle.new_project()
    assert oracle.import_folder(Path("/imports/pool"), "pool")["created"] == 50
    oracle.give_indicators()
    oracle.play(oracle.start_round(oracle.bundled_encoder(), [1])["id"])
