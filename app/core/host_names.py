"""The names that a request may ask for."""

import re
from ipaddress import ip_address

EVERY_HOST = "*"
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*", re.ASCII)


def host_name(host: str) -> str:
    """Return the name in a `Host` header, in lower case and without its port; brackets of IPv6 stay."""
    if host.startswith("["):
        return host.partition("]")[0].lower() + "]"
    return host.partition(":")[0].lower()


def is_host_name(name: str) -> bool:
    """Return whether `name`, in lower case, is the name or address of a machine; IPv6 is in brackets."""
    if name.startswith("[") and name.endswith("]"):
        try:
            return ip_address(name[1:-1]).version == 6
        except ValueError:
            return False
    return len(name) <= 253 and _NAME.fullmatch(name) is not None


def is_loopback(name: str) -> bool:
    """Return whether `name` is this machine's own, which no page of another site can have."""
    if name == "localhost":
        return True
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def checked_hosts(names: list[str]) -> list[str]:
    """Return the names in lower case; ValueError where one is none, saying how to write it."""
    return [_checked(name.strip().lower()) for name in names]


def _checked(name: str) -> str:
    if name == EVERY_HOST or is_host_name(name):
        return name
    bare = host_name(name.partition("//")[2].partition("/")[0] or name)
    if ":" in name and is_host_name(f"[{name}]"):
        bare = f"[{name}]"
    hint = f": write {bare}, for ports and paths are not looked at" if is_host_name(bare) else ""
    raise ValueError(f"{name!r} is not the name of a host{hint}")
