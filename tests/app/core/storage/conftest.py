"""Both kinds of storage, empty, for the tests of what they have in common."""

from pathlib import Path

import pytest

from app.core.storage import LocalStorage, Storage
from app.core.storage.s3 import Bucket, S3Storage
from tests.servers.s3 import ACCESS_KEY, SECRET_KEY, S3Server


def make_s3(server: S3Server, root: Path, copies_bytes: int = 1024**3, url: str = "") -> S3Storage:
    """Return a storage in a bucket of its own."""
    url = url or f"s3://{server.new_bucket()}/some/prefix"
    bucket = Bucket(url, server.url, "us-east-1", ACCESS_KEY, SECRET_KEY)
    return S3Storage(bucket, root / "copies", copies_bytes)


@pytest.fixture(params=["local", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Return a storage of each kind."""
    if request.param == "local":
        return LocalStorage(tmp_path / "blobs")
    return make_s3(request.getfixturevalue("s3_server"), tmp_path)
