"""What the server downloads for its users, and who may have it download how much."""

from pydantic import BaseModel

from app.core.problems import Problem
from app.deps import Principal

EVERYBODYS_BYTES = 10**9
"""What every member may have downloaded; more is for administrators, whose disk and line it is."""


class DownloadOut(BaseModel):
    """Something public that can be downloaded: how large it is, and whether the caller may have that done."""

    name: str
    bytes: int
    allowed: bool


def may_download(user: Principal, size: int) -> bool:
    """Return whether `user` may have `size` bytes downloaded."""
    return user.admin or size <= EVERYBODYS_BYTES


def download_out(name: str, size: int, user: Principal) -> DownloadOut:
    """Return a download as the API shows it to `user`."""
    return DownloadOut.model_validate({"name": name, "bytes": size, "allowed": may_download(user, size)})


def require_small(name: str, size: int, user: Principal, field: str | None = None) -> None:
    """Raise 403 for a large download that somebody else than an administrator asks for."""
    if not may_download(user, size):
        reason = f"{name} is a download of {size / 10**9:.1f} GB: only an administrator may start it."
        raise Problem(403, reason, field=field)
