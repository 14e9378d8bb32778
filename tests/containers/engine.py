"""The container engine of this machine: Docker where it runs, else podman, installed where it can be."""

import os
import shutil
import subprocess
from pathlib import Path

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
INSTALL_SECONDS = 300


class NoEngineError(Exception):
    """Why this machine has no container engine, in one line."""


def succeeds(*command: str, seconds: float = 60) -> bool:
    """Return whether a command ends well."""
    try:
        ran = subprocess.run(command, check=False, capture_output=True, timeout=seconds)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return ran.returncode == 0


def find() -> str:
    """Return `docker` or `podman`; NoEngineError where neither is there nor can be installed."""
    if succeeds("docker", "info") and succeeds("docker", "compose", "version"):
        return "docker"
    if os.geteuid() != 0:
        raise NoEngineError("Docker does not answer, and only root may install and use podman here")
    if not all(map(shutil.which, ("podman", "runc", "catatonit", "debootstrap"))):
        _install()
    return "podman"


def _install() -> None:
    if shutil.which("apt-get") is None:
        raise NoEngineError("Docker does not answer, and without apt podman cannot be installed")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ("apt-get", "install", "--yes", "-qq", "--no-install-recommends", *PACKAGES)
    for command in (("apt-get", "update", "-qq"), install):
        try:
            subprocess.run(command, check=True, capture_output=True, env=environment, timeout=INSTALL_SECONDS)
        except (OSError, subprocess.SubprocessError) as error:
            raise NoEngineError(f"Docker does not answer, and `{' '.join(command)}` failed") from error


def private_settings(folder: Path) -> dict[str, str]:
    """Return the variables that give podman a store, networks and names of its own below `folder`."""
    files = {
        "CONTAINERS_STORAGE_CONF": (
            "storage.conf",
            f'[storage]\ndriver = "overlay"\ngraphroot = "{folder}/store"\nrunroot = "{folder}/run"\n',
        ),
        "CONTAINERS_CONF": (
            "containers.conf",
            '[containers]\ndefault_ulimits = ["nofile=4096:4096", "nproc=8192:8192"]\n'
            f'[engine]\nruntime = "runc"\nvolume_path = "{folder}/volumes"\n'
            'cgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
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
