"""`make test-containers`: build the images and run the compose file, by the commands of docs/operations.md.

    python -m tests.containers [--keep FOLDER] [pytest's words]

Everything is made below one folder and removed at the end: with podman images, volumes and networks too. With
`--keep` the folder and what was built stay, so that the next run is quick.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.containers import engine, standins
from tests.containers.machine import build_arguments

ROOT = Path(__file__).parents[2]
PODMAN = Path(__file__).parent / "podman"
PODMAN_COMPOSE = "podman-compose==1.6.0"


def podman_environment(scratch: Path) -> dict[str, str]:
    """Return the variables with which `docker compose` is podman's, with all that it needs made."""
    environment = os.environ | engine.private_settings(scratch / "podman")
    standins.build_all(scratch, environment)
    tools = scratch / "compose"
    if not (tools / "bin" / "podman-compose").exists():
        standins.run(sys.executable, "-m", "venv", tools)
        standins.run(tools / "bin" / "pip", "install", "--quiet", PODMAN_COMPOSE)
    return environment | {
        "PATH": f"{PODMAN}:{os.environ['PATH']}",
        "PODMAN_COMPOSE": str(tools / "bin"),
        "BUILD_ARGUMENTS": " ".join(build_arguments(scratch / "machine")),
    }


def clean_up(scratch: Path, environment: dict[str, str], found: str, *, keep: bool) -> None:
    """Remove what runs and, unless it is to be kept, what was made."""
    checkout = scratch / "eigenlabel"
    if checkout.exists():
        subprocess.run(
            ["docker", "compose", "down", "--volumes"],
            cwd=checkout, env=environment, check=False, capture_output=True,
        )  # fmt: skip
    if found == "podman" and not keep:
        reset = ["podman", "system", "reset", "--force"]
        subprocess.run(reset, env=environment, check=False, capture_output=True)
    shutil.rmtree(checkout if keep else scratch, ignore_errors=True)


def main(words: list[str]) -> int:
    """Run the tests; returns the exit status."""
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was made is removed
    try:
        found = engine.find()
    except engine.NoEngineError as error:
        print(f"test-containers: left out, no container engine: {error}")
        return 0
    keep = words[:1] == ["--keep"]
    scratch = Path(words[1] if keep else tempfile.mkdtemp(dir="/var/tmp", prefix="eigenlabel-containers-"))
    scratch.mkdir(parents=True, exist_ok=True)
    environment = dict(os.environ)
    try:
        if found == "podman":
            print("test-containers: podman, with stand-ins for the base images", flush=True)
            environment = podman_environment(scratch)
        print(f"test-containers: {found} is ready after {time.monotonic() - began:.0f} s", flush=True)
        told = {
            "CONTAINERS": str(scratch),
            "CONTAINER_ENGINE": found,
            "COMPOSE_PROJECT_NAME": "eigenlabel-test",
        }
        environment |= told
        pytest = [sys.executable, "-m", "pytest", "tests/containers", "-p", "no:randomly", "-x", "-v"]
        return subprocess.run(
            [*pytest, *words[2 * keep :]], cwd=ROOT, env=environment, check=False
        ).returncode
    finally:
        clean_up(scratch, environment, found, keep=keep)
        print(f"test-containers: {time.monotonic() - began:.0f} s in all")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
