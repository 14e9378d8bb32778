"""Blobs by key: images, thumbnails, what jobs publish. Writes are atomic: no reader sees half a blob."""

from functools import lru_cache

from app.core.config import get_settings
from app.core.storage.interface import Progress, Putter, Storage, StorageUnavailableError
from app.core.storage.local import LocalStorage

__all__ = ["LocalStorage", "Progress", "Putter", "Storage", "StorageUnavailableError", "get_storage"]


@lru_cache
def get_storage() -> Storage:
    """Return the blob store of this process."""
    settings = get_settings()
    if not settings.storage_url:
        return LocalStorage(settings.blob_directory)
    from app.core.storage.s3 import Bucket, S3Storage  # noqa: PLC0415  (its client is loaded where it is used)

    bucket = Bucket(
        url=settings.storage_url,
        endpoint=settings.storage_endpoint,
        region=settings.storage_region,
        access_key=settings.storage_access_key.get_secret_value(),
        secret_key=settings.storage_secret_key.get_secret_value(),
    )
    return S3Storage(bucket, settings.work_directory / "copies", settings.storage_cache_bytes)
