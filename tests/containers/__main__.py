"""`make test-containers`: build the images and run the compose file, by the commands of docs/operations.md.

    python -m tests.containers [--keep FOLDER] [pytest's words]

Everything is made below one folder and removed at the end: with podman images, volumes and networks too. With
`--keep` what was built stays in FOLDER, so that the next run is quick.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.containers import engine, folder, standins
from tests.containers.limited import CommandError
from tests.containers.machine import build_arguments, free_subnet

ROOT = Path(__file__).parents[2]
PODMAN = Path(__file__).parent / "podman"
PODMAN_COMPOSE = "podman-compose==1.6.0"
PROJECT = "eigenlabel-test"
TEST_SECONDS = 2400
ENDING_SECONDS = 60


def podman_environment(scratch: Path, environment: dict[str, str]) -> dict[str, str]:
    """Return the variables with which `docker compose` is podman's, with all that it needs made."""
    environment = environment | engine.private_settings(scratch / "podman")
    standins.build_all(scratch, environment)
    tools = scratch / "compose"
    if not (tools / "bin" / "podman-compose").exists():
        standins.run(sys.executable, "-m", "venv", tools)
        standins.run(tools / "bin" / "pip", "install", "--quiet", PODMAN_COMPOSE)
    return environment | {
        "PATH": f"{PODMAN}:{environment['PATH']}",
        "PODMAN_COMPOSE": str(tools / "bin"),
        "CONTAINERS_SUBNET": free_subnet(),
        "BUILD_ARGUMENTS": " ".join(build_arguments(scratch / "machine")),
    }


def test(environment: dict[str, str], words: list[str]) -> int:
    """Run pytest and return its status; one that takes too long is interrupted, and says where it was."""
    options = ("-p", "no:randomly", "-x", "-v", "--durations=8")
    command = [sys.executable, "-m", "pytest", "tests/containers", *options, *words]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        try:
            return process.wait(TEST_SECONDS)
        except subprocess.TimeoutExpired:
            print(f"test-containers: no end within {TEST_SECONDS} s", flush=True)
            process.send_signal(signal.SIGINT)
            with suppress(subprocess.TimeoutExpired):
                process.wait(ENDING_SECONDS)
            return 1
        finally:
            process.kill()


def run_all(scratch: Path, found: str, words: list[str], *, keep: bool) -> int:
    """Prepare the engine that was found, run the tests and clean up; returns the exit status."""
    began = time.monotonic()
    environment = os.environ | {
        folder.VARIABLE: str(scratch),
        "COMPOSE_PROJECT_NAME": PROJECT,
        "CONTAINER_ENGINE": found,
        "TMPDIR": str(scratch / "tmp"),
    }
    if any(scratch.iterdir()):  # a run that was killed, or kept what it made
        clean_up(scratch, found, environment, keep=keep)
    (scratch / "tmp").mkdir(exist_ok=True)
    status = 1
    try:
        if found == "podman":
            print("test-containers: podman, with stand-ins for the base images", flush=True)
            environment = podman_environment(scratch, environment)
        print(f"test-containers: {found} is ready after {time.monotonic() - began:.0f} s", flush=True)
        status = test(environment, words)
    except CommandError as error:
        print(f"test-containers: {error}")
    finally:
        clean_up(scratch, found, environment, keep=keep)
        if not keep:
            for each in (remains := folder.left(scratch)):
                print(f"test-containers: left behind: {each}")
            status = status or bool(remains)
        print(f"test-containers: {time.monotonic() - began:.0f} s in all", flush=True)
    return status


def clean_up(scratch: Path, found: str, environment: dict[str, str], *, keep: bool) -> None:
    """Remove what runs and, unless it is to be kept, what was made."""
    if found == "podman":
        environment = environment | engine.private_settings(scratch / "podman")
    folder.stop(scratch, engine.ends(found, PROJECT, images=not keep), environment)
    shutil.rmtree(scratch / "eigenlabel", ignore_errors=True)
    (scratch / "up").unlink(missing_ok=True)
    if not keep:
        folder.clear(scratch)


def main(words: list[str]) -> int:
    """Run the tests in a folder of their own; returns the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was made is removed
    # where an engine's programs are, and not every shell looks
    os.environ["PATH"] = f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin"
    keep = words[:1] == ["--keep"]
    scratch = Path(words[1] if keep else f"/var/tmp/eigenlabel-containers-{os.geteuid()}").absolute()
    try:
        found = engine.find()
    except engine.NoEngineError as error:
        print(f"test-containers: left out, no container engine: {error}")
        return 0
    with folder.held(scratch, keep=keep):
        return run_all(scratch, found, words[2 * keep :], keep=keep)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
