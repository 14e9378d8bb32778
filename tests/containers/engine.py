"""The container engine of this machine: Docker where it runs, else podman, installed where it can be."""

import os
import shutil
from pathlib import Path

from tests.containers.limited import CommandError, run, succeeds

PACKAGES = (
    "podman",
    "buildah",
    "runc",
    "netavark",
    "aardvark-dns",
    "catatonit",
    "iptables",
    "fuse-overlayfs",
    "debootstrap",
)
PROGRAMS = ("podman", "runc", "catatonit", "iptables", "debootstrap", "/usr/lib/podman/netavark")
INSTALL_SECONDS = 300
CAPABILITIES = {"network": 12, "mounts": 21}
"""What podman does as root, by the bit of CapEff that allows it: a container's root may lack them."""


class NoEngineError(Exception):
    """Why this machine has no container engine, in one line."""


def find() -> str:
    """Return `docker` or `podman`; NoEngineError where neither is there nor can be installed."""
    if succeeds("docker", "info") and succeeds("docker", "compose", "version"):
        return "docker"
    if os.geteuid() != 0:
        raise NoEngineError("Docker does not answer, and only root may install and use podman here")
    if lacking := [name for name, bit in CAPABILITIES.items() if not _capabilities() >> bit & 1]:
        raise NoEngineError(f"Docker does not answer, and root may not change {' and '.join(lacking)} here")
    if not all(map(shutil.which, PROGRAMS)):
        _install()
    return "podman"


def _capabilities() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("CapEff:")[1].split()[0], 16)


def _install() -> None:
    if shutil.which("apt-get") is None:
        raise NoEngineError("Docker does not answer, and without apt podman cannot be installed")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ("apt-get", "install", "--yes", "-qq", "--no-install-recommends", *PACKAGES)
    succeeds("apt-get", "update", "-qq", env=environment, seconds=INSTALL_SECONDS)  # what is known may do
    try:
        run(*install, env=environment, seconds=INSTALL_SECONDS)
    except CommandError as error:
        reason = " ".join(str(error).split())[-200:]
        raise NoEngineError(f"Docker does not answer, and podman cannot be installed: {reason}") from error


def private_settings(folder: Path) -> dict[str, str]:
    """Return the variables that give podman a store, locks, networks and names of its own below `folder`."""
    files = {
        "CONTAINERS_STORAGE_CONF": (
            "storage.conf",
            f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/store"\nrunroot = "{folder}/run"\n',
        ),
        "CONTAINERS_CONF": (
            "containers.conf",
            '[containers]\ndefault_ulimits = ["nofile=4096:4096", "nproc=8192:8192"]\n'
            f'[engine]\nruntime = "runc"\nvolume_path = "{folder}/volumes"\ntmp_dir = "{folder}/state"\n'
            'cgroup_manager = "cgroupfs"\nevents_logger = "file"\nlock_type = "file"\n'
            f'[network]\nnetwork_backend = "netavark"\nnetwork_config_dir = "{folder}/networks"\n',
        ),
        "CONTAINERS_REGISTRIES_CONF": (
            "registries.conf",
            'unqualified-search-registries = ["localhost"]\nshort-name-mode = "disabled"\n',
        ),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.values():
        (folder / name).write_text(text)
    return {variable: str(folder / name) for variable, (name, _) in files.items()}


def ends(engine: str, project: str, *, images: bool) -> list[tuple[str, ...]]:
    """Return the commands that remove a project's containers, networks and volumes; podman's `images` too."""
    if engine == "docker":
        return [("docker", "compose", "--project-name", project, "down", "--volumes", "--timeout", "10")]
    everything = ("podman", "rm", "--all", "--force", "--time", "0", "--volumes")
    if images:
        return [everything, ("podman", "system", "reset", "--force")]
    kept = (("podman", "volume", "prune", "--force"), ("podman", "network", "prune", "--force"))
    return [everything, ("podman", "pod", "rm", "--all", "--force"), *kept]
