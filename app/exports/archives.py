"""Zip files that are written while they are sent: stored, not compressed, so that their length is known."""

from collections.abc import Iterator

from starlette.responses import StreamingResponse
from zipstream import ZipStream

from app.core.storage import Storage, get_storage


def new_archive() -> ZipStream:
    """Return an empty archive."""
    return ZipStream(sized=True)


def add_blobs(archive: ZipStream, names: dict[str, str]) -> set[str]:
    """Add stored blobs, to be read later, under their `names` by key; returns the keys of those there are."""
    storage = get_storage()
    sizes = storage.sizes(names)
    for key, size in sizes.items():
        archive.add(_bytes(storage, key), names[key], size=size)
    return set(sizes)


def _bytes(storage: Storage, key: str) -> Iterator[bytes]:
    yield from storage.open(key).pieces


def zip_response(archive: ZipStream, filename: str, more: dict[str, str] | None = None) -> StreamingResponse:
    """Return `archive` as a download with `more` headers."""
    headers = (more or {}) | {
        "Content-Disposition": f'attachment; filename="{filename}"',
        "Content-Length": str(len(archive)),
    }
    return StreamingResponse(iter(archive), media_type="application/zip", headers=headers)
