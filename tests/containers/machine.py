"""How this machine reaches packages, for builds that must do so the same way: pip, npm, certificates.

Nothing of it goes into an image: files and folders are mounted while a step of the build runs.
"""

import json
import os
import re
import sys
from pathlib import Path

from tests.containers.limited import run

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
SECONDS = 60
PATH = re.compile(r"(?:file://)?(/[^\s,'\"]+)")


def mounts(folder: Path) -> dict[Path, str]:
    """Return what to mount where in a build, files made below `folder`: source to path in the container."""
    folder.mkdir(parents=True, exist_ok=True)
    found = {certificates(): str(CERTIFICATES)}
    settings = _pip_settings()
    (folder / "pip.conf").write_text("".join(f"[{section}]\n{text}" for section, text in settings.items()))
    found[folder / "pip.conf"] = "/etc/pip.conf"
    for name in PATH.findall("\n".join(settings.values())):
        place = _outermost(Path(name))
        if place is not None:
            found[place] = str(place)
    (folder / "npmrc").write_text(_npm_settings())
    found[folder / "npmrc"] = "/root/.npmrc"
    return {source: target for source, target in found.items() if source.exists()}


def free_subnet() -> str:
    """Return the first three numbers of a private /24 that no route of this machine has: `10.200.0`."""
    routes = [line.split() for line in Path("/proc/net/route").read_text().splitlines()[1:]]
    taken = [(int(route[1], 16), int(route[7], 16)) for route in routes if int(route[7], 16)]
    for second in range(200, 256):
        wanted = int.from_bytes(bytes((10, second, 0, 0)), "little")
        if all(wanted & mask != destination for destination, mask in taken):
            return f"10.{second}.0"
    raise RuntimeError("every network from 10.200.0.0 to 10.255.0.0 has a route here")


def build_arguments(folder: Path) -> list[str]:
    """Return the options that have podman build with this machine's ways to packages."""
    options = ["--format", "docker", "--network=host"]
    for source, target in mounts(folder).items():
        options += ["--volume", f"{source}:{target}:ro"]
    return options


def certificates() -> Path:
    """Return the certificates that this machine trusts, which may be more than node has of its own."""
    named = (os.environ.get(name) for name in ("PIP_CERT", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"))
    return next((Path(name) for name in named if name and Path(name).is_file()), CERTIFICATES)


def _outermost(path: Path) -> Path | None:
    """Return the path, or the folder above an index `simple`, whose files lie beside it; None if absent."""
    if not path.exists() or path.is_relative_to("/etc/ssl"):
        return None
    return path.parent if path.name == "simple" else path


def _pip_settings() -> dict[str, str]:
    """Return pip's settings by section, those of its variables included."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listed = run(*command, seconds=SECONDS)
    settings: dict[str, dict[str, str]] = {"global": {"cert": str(CERTIFICATES)}}
    for line in listed.splitlines():
        name, _, quoted = line.partition("=")
        section, _, key = name.partition(".")
        own = {":env:": "global"}.get(section, section)
        values = quoted.strip("'\"").replace("\\n", "\n")
        if key != "cert":
            settings.setdefault(own, {}).setdefault(key, values)
    return {
        section: "".join(f"{key} = {' '.join(value.split())}\n" for key, value in pairs.items())
        for section, pairs in settings.items()
    }


def _npm_settings() -> str:
    registry = json.loads(run("npm", "config", "list", "--json", seconds=SECONDS))["registry"]
    return f"registry={registry}\ncafile={CERTIFICATES}\n"
