"""Zip files that are written while they are sent: stored, not compressed, so that their length is known."""

from pathlib import Path

from fastapi.responses import StreamingResponse
from zipstream import ZipStream

from app.core.storage import get_storage


def new_archive() -> ZipStream:
    """Return an empty archive."""
    return ZipStream(sized=True)


def add_blob(archive: ZipStream, key: str, name: str) -> bool:
    """Add a stored blob as `name`; returns whether it is there."""
    path: Path = get_storage().local_path(key)
    if not path.is_file():
        return False
    archive.add_path(str(path), name)
    return True


def zip_response(archive: ZipStream, filename: str) -> StreamingResponse:
    """Return `archive` as a download."""
    headers = {
        "Content-Disposition": f'attachment; filename="{filename}"',
        "Content-Length": str(len(archive)),
    }
    return StreamingResponse(iter(archive), media_type="application/zip", headers=headers)
