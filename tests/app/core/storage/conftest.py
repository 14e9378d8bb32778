"""Both kinds of storage, empty, for the tests of what they have in common."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.storage import LocalStorage, Storage
from app.core.storage.s3 import Bucket, S3Storage
from tests.servers.s3 import ACCESS_KEY, SECRET_KEY, S3Server, running


def make_s3(server: S3Server, root: Path, copies_bytes: int = 1024**3, url: str = "") -> S3Storage:
    """Return a storage in a bucket of its own."""
    url = url or f"s3://{server.new_bucket()}/some/prefix"
    bucket = Bucket(url, server.url, "us-east-1", ACCESS_KEY, SECRET_KEY)
    return S3Storage(bucket, root / "copies", copies_bytes)


@pytest.fixture
def own_server() -> Iterator[S3Server]:
    """Return a server that the test may harm."""
    with running() as server:
        yield server


@pytest.fixture
def remote(s3_server: S3Server, tmp_path: Path) -> S3Storage:
    """Return an S3 storage."""
    return make_s3(s3_server, tmp_path)


@pytest.fixture(params=["local", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """Return a storage of each kind."""
    if request.param == "local":
        return LocalStorage(tmp_path / "blobs")
    return make_s3(request.getfixturevalue("s3_server"), tmp_path)
